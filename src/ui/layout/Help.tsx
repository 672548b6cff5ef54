import { openPage } from '../../state/route';
import { useView } from '../../state/view';
import { Button, Modal } from '../kit';
import { TourButton } from '../tour/lazy';
import { SHORTCUTS } from './shortcuts';

const openGlossary = (): void => {
  useView.setState({ help: false });
  openPage('glossary', '');
};

/** What the words mean, and the keys. */
export function Help() {
  const open = useView((view) => view.help);
  return (
    <Modal open={open} onClose={() => useView.setState({ help: false })} title="Help" size={620}>
      <div className="stack help">
        <p>
          A <strong>teacher</strong> is a large network. A <strong>student</strong> is a smaller one.
          Distillation lets the student learn from the teacher’s answers, not from the labels alone. All
          students here see the same batches, so the only difference is how they learn. The{' '}
          <em>labels-only</em> student shows what the small network reaches without a teacher.
        </p>
        <TourButton before={() => useView.setState({ help: false })} />
        <h3>Reading the charts</h3>
        <ul>
          <li>Gain is accuracy minus that of the labels-only student. One seed proves little; use 3 or 5.</li>
          <li>Calibration asks whether 80% sure means right 8 times in 10. Lower is better.</li>
          <li>
            In the reliability diagram, below the diagonal means too sure. The grey line is the teacher.
          </li>
          <li>Numbers come from validation images while training, from the test images at the end.</li>
        </ul>
        <h3>Keys</h3>
        <dl className="keys">
          {SHORTCUTS.map(({ keys, text }) => (
            <div key={keys}>
              <dt>
                <kbd>{keys}</kbd>
              </dt>
              <dd>{text}</dd>
            </div>
          ))}
        </dl>
        <Button tone="quiet" size="small" onClick={openGlossary}>
          All words, explained
        </Button>
        <p className="quiet">Images stay on this computer. Links hold settings only.</p>
      </div>
    </Modal>
  );
}
