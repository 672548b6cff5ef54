import { MAX_STUDENTS } from '../../core/config';
import { useSetup } from '../../state/setup';
import { useView } from '../../state/view';
import { Button, Icon } from '../kit';
import { StudentCard } from './StudentCard';

export function StudentsSection() {
  const students = useSetup((setup) => setup.config.students);
  const full = students.length >= MAX_STUDENTS;
  return (
    <div className="students">
      {students.map((student) => (
        <StudentCard key={student.key} student={student} alone={students.length === 1} full={full} />
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
