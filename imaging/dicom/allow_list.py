"""Keywords of the data elements that are kept, grouped by the rule that cleans them.

Source: PS3.15 annex E.
"""

SEQUENCES = """
    SharedFunctionalGroupsSequence PerFrameFunctionalGroupsSequence PixelMeasuresSequence
    PlanePositionSequence PlaneOrientationSequence FrameVOILUTSequence FrameContentSequence
    PixelValueTransformationSequence MRImageFrameTypeSequence MREchoSequence MRModifierSequence
    MRTimingAndRelatedParametersSequence MRImagingModifierSequence MRFOVGeometrySequence
    MRDiffusionSequence DiffusionGradientDirectionSequence
    MRAveragesSequence MRReceiveCoilSequence MRTransmitCoilSequence CTImageFrameTypeSequence
    DimensionOrganizationSequence DimensionIndexSequence ModalityLUTSequence VOILUTSequence
""".split()

TEXTS = """
    ImageType Modality Manufacturer StudyDescription SeriesDescription ProtocolName
    ContrastBolusAgent ContrastBolusRoute BodyPartExamined ScanningSequence SequenceVariant
    ScanOptions MRAcquisitionType SequenceName AngioFlag ImagedNucleus InPlanePhaseEncodingDirection
    VariableFlipAngleFlag PatientPosition Laterality ImageLaterality ViewPosition FrameLaterality
    VolumetricProperties VolumeBasedCalculationTechnique FrameType
    ComplexImageComponent AcquisitionContrast
    PulseSequenceName EchoPulseSequence MultipleSpinEcho MultiPlanarExcitation
    EchoPlanarPulseSequence SpectrallySelectedSuppression
    ResonantNucleus ApplicableSafetyStandardAgency
    InversionRecovery FlowCompensation MagnetizationTransfer BloodSignalNulling Tagging
    ReceiveCoilType QuadratureReceiveCoil TransmitCoilType ConversionType DimensionOrganizationType
    WindowCenterWidthExplanation LUTExplanation RescaleType ModalityLUTType
    LossyImageCompressionMethod
""".split()

# Coded values; only values that match the pattern are kept.
CODED = {
    "PhotometricInterpretation": r"MONOCHROME[12]|PALETTE COLOR|RGB|YBR_(FULL(_422)?|ICT|RCT)",
    "VOILUTFunction": r"LINEAR|LINEAR_EXACT|SIGMOID",
    "BurnedInAnnotation": r"YES|NO",
    "RecognizableVisualFeatures": r"YES|NO",
    "LossyImageCompression": r"0[01]",
    "PixelSpacingCalibrationType": r"GEOMETRY|FIDUCIAL",
    "DiffusionDirectionality": r"DIRECTIONAL|BMATRIX|ISOTROPIC|NONE",
    "PixelIntensityRelationship": r"LIN|LOG|DISP",
    "PresentationLUTShape": r"IDENTITY|INVERSE",
    # Required in original Enhanced MR images (PS3.3 C.8.13).
    "PixelPresentation": r"MONOCHROME|COLOR|MIXED|TRUE_COLOR",
    "ContentQualification": r"PRODUCT|RESEARCH|SERVICE",
    "KSpaceFiltering": r"COSINE|GAUSSIAN|HANNING|HAMMING|LORENTZIAN|LRNTZ_GSS_TRNSFM|RIESZ|TUKEY"
    r"|USER_DEFINED|NONE",
    "PhaseContrast": r"YES|NO",
    "TimeOfFlightContrast": r"YES|NO",
    "SaturationRecovery": r"YES|NO",
    "SteadyStatePulseSequence": r"FREE_PRECESSION|TRANSVERSE|TIME_REVERSED|LONGITUDINAL|NONE",
    "OversamplingPhase": r"2D|3D|2D_3D|NONE",
    "GeometryOfKSpaceTraversal": r"RECTILINEAR|RADIAL|SPIRAL",
    "SegmentedKSpaceTraversal": r"SINGLE|PARTIAL|FULL",
    "RectilinearPhaseEncodeReordering": r"(REVERSE_)?(LINEAR|CENTRIC)|SEGMENTED",
    "CoverageOfKSpace": r"FULL|CYLINDRICAL|ELLIPSOIDAL|WEIGHTED",
}

UIDS = """
    SOPClassUID SOPInstanceUID StudyInstanceUID SeriesInstanceUID FrameOfReferenceUID
    SynchronizationFrameOfReferenceUID DimensionOrganizationUID ConcatenationUID
    IrradiationEventUID
""".split()

DATES = """
    StudyDate SeriesDate AcquisitionDate ContentDate AcquisitionDateTime FrameAcquisitionDateTime
    FrameReferenceDateTime
""".split()

TIMES = "StudyTime SeriesTime AcquisitionTime ContentTime".split()

NUMBERS = """
    SeriesNumber AcquisitionNumber InstanceNumber TemporalPositionIdentifier
    NumberOfTemporalPositions ImagesInAcquisition SliceLocation ImagePositionPatient
    ImageOrientationPatient PixelSpacing ImagerPixelSpacing NominalScannedPixelSpacing
    SliceThickness SpacingBetweenSlices RepetitionTime EchoTime EffectiveEchoTime InversionTime
    NumberOfAverages ImagingFrequency EchoNumbers MagneticFieldStrength NumberOfPhaseEncodingSteps
    EchoTrainLength PercentSampling PercentPhaseFieldOfView PixelBandwidth ReconstructionDiameter
    AcquisitionMatrix FlipAngle SAR TriggerTime ContrastBolusVolume ContrastBolusTotalDose
    NumberOfKSpaceTrajectories
    GradientEchoTrainLength RFEchoTrainLength InversionTimes AcquisitionDuration
    DiffusionBValue DiffusionGradientOrientation MRAcquisitionFrequencyEncodingSteps
    MRAcquisitionPhaseEncodingStepsInPlane ParallelReductionFactorInPlane KVP XRayTubeCurrent
    ExposureTime Exposure GantryDetectorTilt TableHeight DistanceSourceToDetector
    DistanceSourceToPatient FrameAcquisitionNumber FrameAcquisitionDuration DimensionIndexValues
    InStackPositionNumber TemporalPositionIndex InConcatenationNumber
    DimensionIndexPointer FunctionalGroupPointer FrameIncrementPointer FrameTime
    SamplesPerPixel Rows Columns NumberOfFrames PlanarConfiguration BitsAllocated BitsStored HighBit
    PixelRepresentation PixelAspectRatio PixelPaddingValue PixelPaddingRangeLimit
    WindowCenter WindowWidth RescaleSlope RescaleIntercept LossyImageCompressionRatio
    LUTDescriptor PixelIntensityRelationshipSign
    RedPaletteColorLookupTableDescriptor GreenPaletteColorLookupTableDescriptor
    BluePaletteColorLookupTableDescriptor
""".split()

PALETTE = """
    RedPaletteColorLookupTableData GreenPaletteColorLookupTableData BluePaletteColorLookupTableData
""".split()
TABLES = ["LUTData", *PALETTE]
