import { MAX_STUDENTS, type StudentConfig } from '../../core/config';
import { useSetup } from '../../state/setup';
import { useView } from '../../state/view';
import { Button, Icon } from '../kit';
import { StudentCard } from './StudentCard';

/** Without a labels-only student nobody can tell whether distillation helped, so the last one stays. */
function reasonToKeep(student: StudentConfig, students: readonly StudentConfig[]): string {
  if (students.length === 1) return 'The only student stays';
  const baselines = students.filter((s) => s.method.id === 'labels-only');
  return baselines.length === 1 && baselines[0] === student
    ? 'Labels only stays: gains are counted from it'
    : '';
}

export function StudentsSection() {
  const students = useSetup((setup) => setup.config.students);
  const full = students.length >= MAX_STUDENTS;
  return (
    <div className="students">
      {students.map((student) => (
        <StudentCard key={student.key} student={student} keep={reasonToKeep(student, students)} full={full} />
      ))}
      <Button
        wide
        icon={<Icon name="plus" size={14} />}
        disabled={full}
        onClick={() => useView.setState({ picker: true })}
        {...(full ? { title: `A set-up holds at most ${MAX_STUDENTS} students.` } : {})}
      >
        Add student
      </Button>
    </div>
  );
}
