"""The columns of text for which the entry pages offer the names of a catalogue."""

# Columns of text for which the names of a catalogue are offered: {(model, column): catalogue}.
OFFERED = {
    ("diagnosis", "text"): "diagnoses",
    ("comorbidity", "text"): "diagnoses",
    ("treatment", "agent"): "drugs",
    ("motorconduction", "stimulation_site"): "sites",
    ("motorconduction", "recording_site"): "muscles",
    ("sensoryconduction", "stimulation_site"): "sites",
    ("sensoryconduction", "recording_site"): "sites",
    ("lateresponse", "stimulation_site"): "sites",
    ("lateresponse", "recording_site"): "muscles",
    ("repetitivestimulation", "stimulation_site"): "sites",
    ("repetitivestimulation", "recording_site"): "muscles",
    ("evokedpotential", "stimulation_site"): "sites",
}
