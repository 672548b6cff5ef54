import { zipSync } from 'fflate';
import { count } from '../../core/format';
import {
  addClass,
  filesOf,
  MAX_OWN_CLASSES,
  missing,
  type OwnClass,
  removeClass,
  removePicture,
  renameClass,
  useCollect,
} from '../../state/collect';
import { importFiles } from '../../state/session';
import { useView } from '../../state/view';
import { Button, Icon, IconButton, Modal, Segments, TextField } from '../kit';
import { save } from '../save';
import { Camera } from './Camera';
import { PaintPad } from './PaintPad';

/** Pictures on screen per class: the newest. */
const SHOWN = 24;

const close = (): void => useView.setState({ collecting: undefined });

async function savePictures(classes: readonly OwnClass[]): Promise<void> {
  const files = filesOf(classes);
  const contents = await Promise.all(files.map(({ blob }) => blob.arrayBuffer()));
  const entries = files.map(({ path }, i) => [path, new Uint8Array(contents[i]!)] as const);
  // Pictures are compressed already.
  const archive = zipSync(Object.fromEntries(entries), { level: 0 });
  save('own-pictures.zip', new Blob([archive], { type: 'application/zip' }));
}

function Pictures({ own }: { own: OwnClass }) {
  const shown = own.pictures.slice(-SHOWN).reverse();
  const hidden = own.pictures.length - shown.length;
  if (shown.length === 0) return null;
  return (
    <ul className="own-pictures" aria-label={`Pictures of ${own.name}`}>
      {shown.map((picture) => (
        <li key={picture.id}>
          <button
            type="button"
            aria-label={`Throw away a picture of ${own.name}`}
            title="Throw away"
            onClick={() => removePicture(own.id, picture)}
          >
            <img src={picture.url} alt="" width={36} height={36} />
          </button>
        </li>
      ))}
      {hidden > 0 && <li className="quiet number">and {count(hidden)} more</li>}
    </ul>
  );
}

function ClassCard({ own, chosen, removable }: { own: OwnClass; chosen: boolean; removable: boolean }) {
  return (
    <li className={chosen ? 'own-class own-class-chosen' : 'own-class'}>
      <div className="row">
        <input
          type="radio"
          name="own-class"
          aria-label={`New pictures go to ${own.name}`}
          checked={chosen}
          onChange={() => useCollect.setState({ chosen: own.id })}
        />
        <TextField
          label={`Name of class ${own.name}`}
          hideLabel
          value={own.name}
          maxLength={60}
          onChange={(name) => renameClass(own.id, name)}
        />
        <span className="quiet number">{count(own.pictures.length)}</span>
        <IconButton
          small
          label={`Throw away class ${own.name}`}
          disabled={!removable}
          onClick={() => removeClass(own.id)}
        >
          <Icon name="trash" size={14} />
        </IconButton>
      </div>
      <Pictures own={own} />
    </li>
  );
}

function Classes() {
  const classes = useCollect((state) => state.classes);
  const chosen = useCollect((state) => state.chosen);
  return (
    <div className="own-classes">
      <ul aria-label="Classes">
        {classes.map((own) => (
          <ClassCard key={own.id} own={own} chosen={own.id === chosen} removable={classes.length > 2} />
        ))}
      </ul>
      <Button
        size="small"
        icon={<Icon name="plus" size={12} />}
        disabled={classes.length >= MAX_OWN_CLASSES}
        onClick={addClass}
      >
        Add class
      </Button>
    </div>
  );
}

/** Pictures of one's own, drawn or taken with the camera, by class. */
export function Collect() {
  const open = useView((view) => view.collecting);
  const { classes, chosen } = useCollect();
  const name = classes.find(({ id }) => id === chosen)?.name ?? '';
  const lacking = missing(classes);
  const look = () => {
    close();
    void importFiles(filesOf(classes));
  };
  return (
    <Modal open={open !== undefined} onClose={close} title="Make your own images" size={720}>
      <div className="collect">
        <Segments
          label="Source"
          value={open ?? 'draw'}
          options={[
            { value: 'draw', label: 'Draw' },
            { value: 'camera', label: 'Camera' },
          ]}
          onChange={(source) => useView.setState({ collecting: source })}
        />
        <div className="collect-columns">
          {open === 'camera' ? <Camera name={name} /> : <PaintPad name={name} />}
          <Classes />
        </div>
        <div className="dialog-actions">
          <span className="quiet">{lacking || 'They are kept until the page is closed.'}</span>
          <Button disabled={lacking !== ''} onClick={() => void savePictures(classes)}>
            Save as zip
          </Button>
          <Button tone="main" disabled={lacking !== ''} onClick={look}>
            Look at them
          </Button>
        </div>
      </div>
    </Modal>
  );
}
