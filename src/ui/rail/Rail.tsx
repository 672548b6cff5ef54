import { useState } from 'react';
import type { TeacherMode } from '../../core/config';
import { builtins } from '../../data/builtins';
import { regimes as registry } from '../../data/regimes/index';
import { models } from '../../models/index';
import { useDataset } from '../../state/dataset';
import { openPage } from '../../state/route';
import { useSetup } from '../../state/setup';
import { useView } from '../../state/view';
import { Button } from '../kit';
import { TourButton } from '../tour/lazy';
import { DataSection } from './DataSection';
import { Section } from './Section';
import { StudentsSection } from './StudentsSection';
import { TeacherSection } from './TeacherSection';
import { TrainingSection } from './TrainingSection';

type Part = 'data' | 'teacher' | 'students' | 'training';

const MODES: Readonly<Record<TeacherMode, string>> = {
  trained: 'trained first',
  online: 'learns alongside',
  saved: 'kept earlier',
};

const nameOf = (id: string): string => registry.get(id).name.toLowerCase();

/** The set-up: four parts, each one summary line when closed. */
export function Rail() {
  const config = useSetup((setup) => setup.config);
  const current = useDataset((data) => data.current);
  const [open, setOpen] = useState<Part | undefined>('students');
  const part = (id: Part) => ({ open: open === id, onToggle: () => setOpen(open === id ? undefined : id) });
  const { dataset, regimes, teacher, students, training } = config;
  const data =
    dataset.source === 'own'
      ? dataset.name
      : builtins.has(dataset.id)
        ? builtins.get(dataset.id).name
        : dataset.id;
  const model = models.has(teacher.model.id) ? models.get(teacher.model.id).name : teacher.model.id;
  const size = current ? `, ${current.shape.width}×${current.shape.height}` : '';
  const changed = regimes.length > 0 ? `, ${regimes.map(({ id }) => nameOf(id)).join(', ')}` : '';
  return (
    <div className="rail-content">
      <Section title="Data" summary={data + size + changed} {...part('data')}>
        <DataSection />
      </Section>
      <Section title="Teacher" summary={`${model}, ${MODES[teacher.mode]}`} {...part('teacher')}>
        <TeacherSection />
      </Section>
      <Section
        title="Students"
        summary={`${students.length} ${students.length === 1 ? 'student' : 'students'}`}
        {...part('students')}
      >
        <StudentsSection />
      </Section>
      <Section
        title="Training"
        summary={`${training.epochs} ${training.epochs === 1 ? 'epoch' : 'epochs'}, batches of ${training.batchSize}`}
        {...part('training')}
      >
        <TrainingSection />
      </Section>
      <Button tone="quiet" size="small" wide onClick={() => openPage('presets', '')}>
        Open an example
      </Button>
      <TourButton wide before={() => useView.setState({ railOpen: false })} />
    </div>
  );
}
