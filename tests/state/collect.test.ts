/** Pictures of one's own become files in a folder per class, whatever the classes are called. */
import { beforeEach, describe, expect, it } from 'vitest';
import {
  addClass,
  addPicture,
  filesOf,
  MAX_PICTURES,
  missing,
  removeClass,
  removePicture,
  renameClass,
  useCollect,
} from '../../src/state/collect';

const start = useCollect.getState();
beforeEach(() => useCollect.setState(start, true));
const picture = (text: string) => new Blob([text], { type: 'image/png' });
const paths = () => filesOf(useCollect.getState().classes).map(({ path }) => path);
const add = (chosen: number, ...texts: readonly string[]) => {
  useCollect.setState({ chosen });
  for (const text of texts) expect(addPicture(picture(text))).toBe(true);
};

describe('own pictures', () => {
  it('go to the chosen class and lie in its folder', async () => {
    add(1, 'a', 'b');
    add(2, 'c');
    expect(paths()).toEqual(['own pictures/one/1.png', 'own pictures/one/2.png', 'own pictures/other/1.png']);
    const { classes } = useCollect.getState();
    expect(await filesOf(classes)[2]?.blob.text()).toBe('c');
    removePicture(1, classes[0]!.pictures[0]!);
    expect(await filesOf(useCollect.getState().classes)[0]?.blob.text()).toBe('b');
  });

  it('make a data set from two classes on', () => {
    expect(missing(useCollect.getState().classes)).toContain('two classes');
    add(1, 'a');
    expect(missing(useCollect.getState().classes)).toContain('two classes');
    add(2, 'b');
    expect(missing(useCollect.getState().classes)).toBe('');
    renameClass(2, ' one');
    expect(missing(useCollect.getState().classes)).toContain('two classes');
    expect(paths()).toEqual(['own pictures/one/1.png', 'own pictures/one/2.png']);
  });

  it.each([
    ['../../etc', '_.-..-etc'],
    ['a/b\\c', 'a-b-c'],
    ['.git', '_git'],
    ['  ', 'unnamed'],
    ['<img src=x>', '<img src=x>'],
  ])('class %j lies in folder %j', (name, folder) => {
    renameClass(1, name);
    add(1, 'a');
    expect(paths()).toEqual([`own pictures/${folder}/1.png`]);
  });

  it('a full class takes no more, and no class none', () => {
    const full = Array.from({ length: MAX_PICTURES }, (_, id) => ({ id, blob: picture('x'), url: '' }));
    useCollect.setState({ chosen: 1, classes: [{ id: 1, name: 'one', pictures: full }] });
    expect(addPicture(picture('more'))).toBe(false);
    removeClass(1);
    expect(addPicture(picture('more'))).toBe(false);
  });

  it('a new class is chosen; after it is thrown away the first one is', () => {
    addClass();
    const { chosen, classes } = useCollect.getState();
    expect(classes.at(-1)).toMatchObject({ id: chosen, name: 'class 3' });
    removeClass(chosen);
    expect(useCollect.getState().chosen).toBe(1);
  });
});
