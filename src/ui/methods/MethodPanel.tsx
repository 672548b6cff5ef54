import { methods } from '../../methods/index';
import { models } from '../../models/index';
import { openMethods } from '../../state/route';
import { useSetup } from '../../state/setup';
import { useView } from '../../state/view';
import { useNames, useShownConfig } from '../hooks';
import { Button } from '../kit';
import { Swatch } from '../Swatch';
import { MethodPage, Parameters } from './MethodPage';

function TeacherInfo() {
  const model = useSetup((setup) => setup.config.teacher.model);
  const card = models.has(model.id) ? models.get(model.id) : undefined;
  return (
    <div className="stack">
      <p>The larger network. The other rows of the table learn from its answers; choose one to read how.</p>
      {card && (
        <>
          <h3>{card.name}</h3>
          <p>{card.summary}</p>
          <Parameters schema={card.params} values={model.params} />
        </>
      )}
    </div>
  );
}

/** What the selected student's method does, where it comes from and what differs from there. */
export function MethodPanel() {
  const names = useNames();
  const selected = useView((view) => view.selected);
  const student = useShownConfig().students.find((s) => s.key === selected);
  const known = student && methods.has(student.method.id) ? methods.get(student.method.id) : undefined;
  return (
    <>
      {student && known ? (
        <MethodPage
          method={known}
          values={student.method.params}
          mark={<Swatch look={names.look(selected)} />}
        />
      ) : (
        <TeacherInfo />
      )}
      <Button tone="quiet" onClick={() => openMethods('')}>
        All methods
      </Button>
    </>
  );
}
