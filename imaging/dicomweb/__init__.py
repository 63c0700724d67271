"""DICOMweb (PS3.18) under /dicomweb/: search, retrieve and store."""
