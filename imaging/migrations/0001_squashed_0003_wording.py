"""Create the tables of a new database; existing ones are updated by the migrations listed here."""

import django.core.validators
import django.db.models.deletion
import imaging.models.figures
import patients.models.fields
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    replaces = [
        ("imaging", "0001_initial"),
        ("imaging", "0002_reworded_messages"),
        ("imaging", "0003_wording"),
    ]

    initial = True

    dependencies = [
        ('patients', '0006_wording'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Figure',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(default=imaging.models.figures.new_mark_key, max_length=60, verbose_name='key')),
                ('label', models.CharField(max_length=40, verbose_name='number')),
                ('title', models.CharField(blank=True, max_length=300, verbose_name='title')),
                ('crop_x_mm', models.FloatField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(-1000), django.core.validators.MaxValueValidator(1000)], verbose_name='crop offset to the right (mm)')),
                ('crop_y_mm', models.FloatField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(-1000), django.core.validators.MaxValueValidator(1000)], verbose_name='crop offset downwards (mm)')),
                ('crop_size_mm', models.FloatField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(5), django.core.validators.MaxValueValidator(1000)], verbose_name='crop size (mm)')),
                ('scale_bar', models.BooleanField(default=True, verbose_name='scale bar')),
                ('orientation_letters', models.BooleanField(default=True, verbose_name='orientation letters')),
                ('show_marks', models.BooleanField(default=True, verbose_name='annotations')),
                ('position', models.PositiveIntegerField(default=0, editable=False)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='figures', to='patients.case')),
            ],
            options={
                'ordering': ['case', 'position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='ImagingPolicy',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('identifiers', models.CharField(choices=[('mapped', 'replaced'), ('retained', 'kept as they are')], default='mapped', max_length=8, verbose_name='DICOM identifiers (UIDs)')),
                ('dates', models.CharField(choices=[('shifted', 'shifted, with intervals preserved'), ('retained', 'kept as they are')], default='shifted', max_length=8, verbose_name='dates')),
                ('quota_mb', models.PositiveIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1)], verbose_name='storage limit (MB)')),
                ('team', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='imaging_policy', to='patients.team')),
            ],
            options={
                'verbose_name_plural': 'imaging policies',
            },
        ),
        migrations.CreateModel(
            name='ImportJob',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('state', models.CharField(choices=[('receiving', 'receiving files'), ('queued', 'waiting'), ('running', 'reading files'), ('done', 'done'), ('failed', 'failed'), ('stopped', 'cancelled')], db_index=True, default='receiving', max_length=10)),
                ('source', models.CharField(choices=[('upload', 'upload page or API'), ('command', 'command line'), ('dicomweb', 'received over DICOMweb'), ('pull', 'fetched from another DICOMweb server')], default='upload', max_length=10)),
                ('error', models.CharField(blank=True, max_length=300)),
                ('created', models.DateTimeField(auto_now_add=True)),
                ('finished', models.DateTimeField(blank=True, null=True)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='imports', to='patients.case')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ['-created', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='ImportFile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=400)),
                ('spooled', models.CharField(blank=True, max_length=500)),
                ('outcome', models.CharField(blank=True, choices=[('stored', 'stored'), ('duplicate', 'already stored'), ('refused', 'rejected'), ('quarantined', 'needs checking'), ('not_read', 'not read'), ('index', 'disc index'), ('annotations', 'annotations')], max_length=12)),
                ('reason', models.CharField(blank=True, max_length=300)),
                ('sop_instance_uid', models.CharField(blank=True, max_length=64)),
                ('sha256', models.CharField(blank=True, max_length=64)),
                ('job', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='files', to='imaging.importjob')),
            ],
            options={
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Inbox',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('case', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='inbox', to='patients.case')),
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='inbox', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name_plural': 'inboxes',
            },
        ),
        migrations.CreateModel(
            name='Panel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('row', models.PositiveSmallIntegerField(validators=[django.core.validators.MaxValueValidator(11)], verbose_name='row')),
                ('column', models.PositiveSmallIntegerField(validators=[django.core.validators.MaxValueValidator(11)], verbose_name='column')),
                ('level', patients.models.fields.CatalogueField(blank=True, catalogue='levels', max_length=200, verbose_name='level')),
                ('column_label', models.CharField(blank=True, max_length=200, verbose_name='column label')),
                ('sop_instance_uid', models.CharField(max_length=64, validators=[django.core.validators.RegexValidator('\\A[0-9]+(\\.[0-9]+)*\\Z', 'Enter a DICOM UID: numbers separated by dots, such as 1.2.840.10008.1.1.')], verbose_name='SOP Instance UID')),
                ('frame', models.PositiveIntegerField(default=1, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(100000)], verbose_name='frame')),
                ('window_center', models.FloatField(blank=True, null=True, verbose_name='window centre')),
                ('window_width', models.FloatField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1)], verbose_name='window width')),
                ('figure', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='panels', to='imaging.figure')),
            ],
            options={
                'ordering': ['figure', 'row', 'column'],
            },
        ),
        migrations.CreateModel(
            name='Series',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('series_instance_uid', models.CharField(db_index=True, max_length=64, validators=[django.core.validators.RegexValidator('\\A[0-9]+(\\.[0-9]+)*\\Z', 'Enter a DICOM UID: numbers separated by dots, such as 1.2.840.10008.1.1.')], verbose_name='Series Instance UID')),
                ('series_number', models.IntegerField(blank=True, null=True, verbose_name='series number')),
                ('modality', models.CharField(blank=True, max_length=16, verbose_name='modality')),
                ('series_description', models.CharField(blank=True, max_length=120, verbose_name='series description')),
                ('protocol_name', models.CharField(blank=True, max_length=120, verbose_name='protocol')),
                ('body_part_examined', models.CharField(blank=True, max_length=40, verbose_name='body part')),
                ('plane', models.CharField(blank=True, max_length=16, verbose_name='plane')),
                ('scanning_sequence', models.CharField(blank=True, max_length=120, verbose_name='scanning sequence')),
                ('sequence_variant', models.CharField(blank=True, max_length=120, verbose_name='sequence variant')),
                ('scan_options', models.CharField(blank=True, max_length=120, verbose_name='scan options')),
                ('mr_acquisition_type', models.CharField(blank=True, max_length=16, verbose_name='acquisition type')),
                ('sequence_name', models.CharField(blank=True, max_length=40, verbose_name='sequence name')),
                ('repetition_time', models.FloatField(blank=True, null=True, verbose_name='repetition time (ms)')),
                ('echo_time', models.FloatField(blank=True, null=True, verbose_name='echo time (ms)')),
                ('inversion_time', models.FloatField(blank=True, null=True, verbose_name='inversion time (ms)')),
                ('flip_angle', models.FloatField(blank=True, null=True, verbose_name='flip angle (degrees)')),
                ('magnetic_field_strength', models.FloatField(blank=True, null=True, verbose_name='field strength (T)')),
                ('contrast_bolus_agent', models.CharField(blank=True, max_length=120, verbose_name='contrast agent')),
                ('slice_thickness', models.FloatField(blank=True, null=True, verbose_name='slice thickness (mm)')),
                ('spacing_between_slices', models.FloatField(blank=True, null=True, verbose_name='spacing between slices (mm)')),
                ('frame_of_reference_uid', models.CharField(blank=True, max_length=64, validators=[django.core.validators.RegexValidator('\\A[0-9]+(\\.[0-9]+)*\\Z', 'Enter a DICOM UID: numbers separated by dots, such as 1.2.840.10008.1.1.')], verbose_name='Frame of Reference UID')),
                ('window_center', models.FloatField(blank=True, null=True, verbose_name='window centre')),
                ('window_width', models.FloatField(blank=True, null=True, verbose_name='window width')),
                ('position', models.PositiveIntegerField(default=0, editable=False)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='series', to='patients.case')),
            ],
            options={
                'verbose_name_plural': 'series',
                'ordering': ['case', 'study__position', 'position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Instance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sop_instance_uid', models.CharField(db_index=True, max_length=64, validators=[django.core.validators.RegexValidator('\\A[0-9]+(\\.[0-9]+)*\\Z', 'Enter a DICOM UID: numbers separated by dots, such as 1.2.840.10008.1.1.')], verbose_name='SOP Instance UID')),
                ('sop_class_uid', models.CharField(blank=True, max_length=64, validators=[django.core.validators.RegexValidator('\\A[0-9]+(\\.[0-9]+)*\\Z', 'Enter a DICOM UID: numbers separated by dots, such as 1.2.840.10008.1.1.')], verbose_name='SOP Class UID')),
                ('instance_number', models.IntegerField(blank=True, null=True, verbose_name='instance number')),
                ('number_of_frames', models.PositiveIntegerField(default=1, verbose_name='frames')),
                ('rows', models.PositiveIntegerField(blank=True, null=True, verbose_name='rows')),
                ('columns', models.PositiveIntegerField(blank=True, null=True, verbose_name='columns')),
                ('echo_time', models.FloatField(blank=True, null=True, verbose_name='echo time (ms)')),
                ('image_position_patient', models.JSONField(blank=True, null=True)),
                ('image_orientation_patient', models.JSONField(blank=True, null=True)),
                ('pixel_spacing', models.JSONField(blank=True, null=True)),
                ('acquisition', models.JSONField(blank=True, default=dict)),
                ('pixel_offset', models.BigIntegerField(blank=True, null=True)),
                ('sha256', models.CharField(blank=True, db_index=True, max_length=64, validators=[django.core.validators.RegexValidator('\\A[0-9a-f]{64}\\Z', 'Enter a SHA-256 hash: 64 lower-case hexadecimal digits.')])),
                ('original_sha256', models.CharField(blank=True, max_length=64, validators=[django.core.validators.RegexValidator('\\A[0-9a-f]{64}\\Z', 'Enter a SHA-256 hash: 64 lower-case hexadecimal digits.')])),
                ('subject_digest', models.CharField(blank=True, max_length=64)),
                ('file_bytes', models.BigIntegerField(blank=True, null=True, verbose_name='file size (bytes)')),
                ('held', models.BooleanField(default=False, verbose_name='stored here')),
                ('quarantine', models.CharField(blank=True, max_length=300, verbose_name='reason for quarantine')),
                ('position', models.PositiveIntegerField(default=0, editable=False)),
                ('header', models.JSONField(blank=True, default=dict)),
                ('case', models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name='instances', to='patients.case')),
                ('series', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='instances', to='imaging.series')),
            ],
            options={
                'ordering': ['case', 'series__position', 'position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='SliceLevel',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(default=imaging.models.figures.new_mark_key, max_length=60, verbose_name='key')),
                ('sop_instance_uid', models.CharField(max_length=64, validators=[django.core.validators.RegexValidator('\\A[0-9]+(\\.[0-9]+)*\\Z', 'Enter a DICOM UID: numbers separated by dots, such as 1.2.840.10008.1.1.')], verbose_name='SOP Instance UID')),
                ('frame', models.PositiveIntegerField(default=1, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(100000)], verbose_name='frame')),
                ('level', patients.models.fields.CatalogueField(catalogue='levels', max_length=200, verbose_name='level')),
                ('position', models.PositiveIntegerField(default=0, editable=False)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='slice_levels', to='patients.case')),
            ],
            options={
                'ordering': ['case', 'position', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='Study',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('study_instance_uid', models.CharField(db_index=True, max_length=64, validators=[django.core.validators.RegexValidator('\\A[0-9]+(\\.[0-9]+)*\\Z', 'Enter a DICOM UID: numbers separated by dots, such as 1.2.840.10008.1.1.')], verbose_name='Study Instance UID')),
                ('study_date', models.DateField(blank=True, null=True, verbose_name='study date')),
                ('study_time', models.TimeField(blank=True, null=True, verbose_name='study time')),
                ('study_description', models.CharField(blank=True, max_length=120, verbose_name='study description')),
                ('position', models.PositiveIntegerField(default=0, editable=False)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='studies', to='patients.case')),
                ('visit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='studies', to='patients.visit', verbose_name='visit')),
            ],
            options={
                'verbose_name_plural': 'studies',
                'ordering': ['case', 'position', 'pk'],
            },
        ),
        migrations.AddField(
            model_name='series',
            name='study',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='series', to='imaging.study'),
        ),
        migrations.CreateModel(
            name='Annotation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(default=imaging.models.figures.new_mark_key, max_length=60, verbose_name='key')),
                ('sop_instance_uid', models.CharField(max_length=64, validators=[django.core.validators.RegexValidator('\\A[0-9]+(\\.[0-9]+)*\\Z', 'Enter a DICOM UID: numbers separated by dots, such as 1.2.840.10008.1.1.')], verbose_name='SOP Instance UID')),
                ('frame', models.PositiveIntegerField(default=1, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(100000)], verbose_name='frame')),
                ('kind', models.CharField(choices=[('arrowhead', 'arrowhead'), ('arrow', 'arrow'), ('line', 'line'), ('ellipse', 'ellipse'), ('point', 'point'), ('text', 'text')], default='arrowhead', max_length=12, verbose_name='kind')),
                ('x', models.FloatField(validators=[django.core.validators.MinValueValidator(-0.5), django.core.validators.MaxValueValidator(16384)], verbose_name='column (x)')),
                ('y', models.FloatField(validators=[django.core.validators.MinValueValidator(-0.5), django.core.validators.MaxValueValidator(16384)], verbose_name='row (y)')),
                ('x2', models.FloatField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(-0.5), django.core.validators.MaxValueValidator(16384)], verbose_name='column of the other end (x2)')),
                ('y2', models.FloatField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(-0.5), django.core.validators.MaxValueValidator(16384)], verbose_name='row of the other end (y2)')),
                ('angle_degrees', models.FloatField(default=0, validators=[django.core.validators.MinValueValidator(-360), django.core.validators.MaxValueValidator(360)], verbose_name='angle')),
                ('structure', patients.models.fields.CatalogueField(blank=True, catalogue='structures', max_length=200, verbose_name='structure')),
                ('side', models.CharField(choices=[('left', 'left'), ('right', 'right'), ('midline', 'midline'), ('both', 'both sides'), ('not_stated', 'side not stated')], default='not_stated', max_length=10, verbose_name='side')),
                ('colour', models.CharField(choices=[('red', 'red'), ('blue', 'blue'), ('yellow', 'yellow'), ('white', 'white')], default='red', max_length=8, verbose_name='colour')),
                ('shape', models.CharField(choices=[('filled', 'filled'), ('hollow', 'hollow')], default='filled', max_length=8, verbose_name='shape')),
                ('label', models.CharField(blank=True, max_length=200, verbose_name='label')),
                ('position', models.PositiveIntegerField(default=0, editable=False)),
                ('case', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='annotations', to='patients.case')),
            ],
            options={
                'ordering': ['case', 'position', 'pk'],
                'constraints': [models.UniqueConstraint(fields=('case', 'key'), name='annotation_one_key_per_case'), models.CheckConstraint(condition=models.Q(('frame__gte', 1)), name='annotation_frame_from_1'), models.CheckConstraint(condition=models.Q(('kind__in', ['arrowhead', 'arrow', 'line', 'ellipse', 'point', 'text'])), name='annotation_known_kind'), models.CheckConstraint(condition=models.Q(models.Q(('kind__in', ('arrow', 'line', 'ellipse')), ('x2__isnull', False), ('y2__isnull', False)), models.Q(models.Q(('kind__in', ('arrow', 'line', 'ellipse')), _negated=True), ('x2__isnull', True), ('y2__isnull', True)), _connector='OR'), name='annotation_other_end', violation_error_message='Enter the other end (x2, y2) of an arrow, line or ellipse; leave it empty for other marks.'), models.CheckConstraint(condition=models.Q(('kind__in', ('arrowhead', 'arrow')), ('structure', ''), _negated=True), name='annotation_points_at_a_structure', violation_error_message='Enter the structure that the arrow or arrowhead points to.'), models.CheckConstraint(condition=models.Q(('colour__in', ['red', 'blue', 'yellow', 'white'])), name='annotation_known_colour'), models.CheckConstraint(condition=models.Q(('shape__in', ['filled', 'hollow'])), name='annotation_known_shape')],
            },
        ),
        migrations.AddConstraint(
            model_name='figure',
            constraint=models.UniqueConstraint(fields=('case', 'key'), name='figure_one_key_per_case'),
        ),
        migrations.AddConstraint(
            model_name='imagingpolicy',
            constraint=models.CheckConstraint(condition=models.Q(('identifiers__in', ['mapped', 'retained'])), name='imaging_policy_known_identifiers'),
        ),
        migrations.AddConstraint(
            model_name='imagingpolicy',
            constraint=models.CheckConstraint(condition=models.Q(('dates__in', ['shifted', 'retained'])), name='imaging_policy_known_dates'),
        ),
        migrations.AddConstraint(
            model_name='importjob',
            constraint=models.CheckConstraint(condition=models.Q(('state__in', ['receiving', 'queued', 'running', 'done', 'failed', 'stopped'])), name='import_known_state'),
        ),
        migrations.AddConstraint(
            model_name='importjob',
            constraint=models.CheckConstraint(condition=models.Q(('source__in', ['upload', 'command', 'dicomweb', 'pull'])), name='import_known_source'),
        ),
        migrations.AddIndex(
            model_name='importfile',
            index=models.Index(fields=['job', 'outcome'], name='import_file_outcome'),
        ),
        migrations.AddConstraint(
            model_name='panel',
            constraint=models.UniqueConstraint(fields=('figure', 'row', 'column'), name='panel_one_picture_per_place'),
        ),
        migrations.AddConstraint(
            model_name='panel',
            constraint=models.CheckConstraint(condition=models.Q(('frame__gte', 1)), name='panel_frame_from_1'),
        ),
        migrations.AddIndex(
            model_name='instance',
            index=models.Index(fields=['case', 'original_sha256'], name='instance_original'),
        ),
        migrations.AddConstraint(
            model_name='instance',
            constraint=models.UniqueConstraint(fields=('case', 'sop_instance_uid'), name='instance_once_per_case'),
        ),
        migrations.AddConstraint(
            model_name='instance',
            constraint=models.CheckConstraint(condition=models.Q(('number_of_frames__gte', 1)), name='instance_has_a_frame'),
        ),
        migrations.AddConstraint(
            model_name='slicelevel',
            constraint=models.UniqueConstraint(fields=('case', 'key'), name='slice_level_one_key_per_case'),
        ),
        migrations.AddConstraint(
            model_name='slicelevel',
            constraint=models.UniqueConstraint(fields=('case', 'sop_instance_uid', 'frame'), name='slice_level_one_per_slice'),
        ),
        migrations.AddConstraint(
            model_name='slicelevel',
            constraint=models.CheckConstraint(condition=models.Q(('frame__gte', 1)), name='slice_level_frame_from_1'),
        ),
        migrations.AddConstraint(
            model_name='study',
            constraint=models.UniqueConstraint(fields=('case', 'study_instance_uid'), name='study_once_per_case'),
        ),
        migrations.AddConstraint(
            model_name='series',
            constraint=models.UniqueConstraint(fields=('case', 'series_instance_uid'), name='series_once_per_case'),
        ),
    ]
