import { useRef } from 'react';
import type { DataRole } from '../../core/config';
import { importFiles } from '../../state/session';
import { Button, Icon } from '../kit';
import { pickedFiles } from './read';

/** File and folder dialogs. @param role what the images are for; absent: to be the set-up's own data set. */
export function FilePick({ role }: { readonly role?: DataRole }) {
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const take = (input: HTMLInputElement) => {
    const picked = pickedFiles(input.files);
    input.value = '';
    if (picked.length) void importFiles(picked, role);
  };
  const end = role ? `-${role}` : '';
  const of = role ? ` for the ${role}` : '';
  return (
    <>
      <Button icon={<Icon name="file" size={14} />} onClick={() => files.current?.click()}>
        Files…
      </Button>
      <Button icon={<Icon name="folder" size={14} />} onClick={() => folder.current?.click()}>
        Folder…
      </Button>
      <input
        ref={files}
        type="file"
        multiple
        hidden
        aria-label={`Image files or an archive${of}`}
        data-testid={`pick-files${end}`}
        onChange={(event) => take(event.currentTarget)}
      />
      <input
        ref={(element) => {
          folder.current = element;
          element?.setAttribute('webkitdirectory', '');
        }}
        type="file"
        multiple
        hidden
        aria-label={`A folder of images${of}`}
        data-testid={`pick-folder${end}`}
        onChange={(event) => take(event.currentTarget)}
      />
    </>
  );
}
