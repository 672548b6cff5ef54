/** Keys of the main screen. They do nothing while text is being typed or a dialog is open. */
import { useEffect } from 'react';
import { needsRestart } from '../../state/changes';
import { openMethods, openPage } from '../../state/route';
import { isActive, useRun } from '../../state/run';
import { reset, start, step, toggle } from '../../state/session';
import { fixedOf, useSetup } from '../../state/setup';
import { inspect, select, useView } from '../../state/view';

function resetOrApply(): void {
  const { running, status } = useRun.getState();
  if (running && isActive(status) && needsRestart(running, useSetup.getState().config, fixedOf)) void start();
  else reset();
}

/** Selects the learner `by` rows further down the table. */
function selectNext(by: number): void {
  const keys = ['teacher', ...useSetup.getState().config.students.map((s) => s.key)];
  const at = keys.indexOf(useView.getState().selected);
  select(keys[(at + by + keys.length) % keys.length] ?? 'teacher');
}

export const SHORTCUTS: readonly {
  readonly keys: string;
  readonly text: string;
  readonly run: () => void;
}[] = [
  { keys: 'Space', text: 'Start, pause or resume', run: toggle },
  { keys: '.', text: 'One training step, then pause', run: step },
  { keys: 'R', text: 'Reset, or apply changes', run: resetOrApply },
  { keys: 'A', text: 'Add a student', run: () => useView.setState({ picker: true }) },
  { keys: 'M', text: 'All methods, each with its page', run: () => openMethods('') },
  { keys: 'G', text: 'Glossary: the words of this page', run: () => openPage('glossary', '') },
  { keys: 'E', text: 'Examples: ready comparisons', run: () => openPage('presets', '') },
  { keys: ']', text: 'Kept runs, to compare', run: () => useView.setState({ runs: true }) },
  {
    keys: 'V',
    text: 'Look closer: confidence, map, drawing',
    run: () => useView.setState({ look: 'confidence' }),
  },
  { keys: 'L', text: 'Kept networks', run: () => useView.setState({ library: true }) },
  { keys: 'J', text: 'Select the next learner', run: () => selectNext(1) },
  { keys: 'K', text: 'Select the previous learner', run: () => selectNext(-1) },
  {
    keys: 'I',
    text: 'Open or close the details',
    run: () => inspect(useView.getState().inspector ? undefined : 'method'),
  },
  {
    keys: '[',
    text: 'Open or close the set-up',
    run: () => useView.setState((v) => ({ railOpen: !v.railOpen })),
  },
  { keys: '?', text: 'This help', run: () => useView.setState({ help: true }) },
];

const TYPING =
  'input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable], [role=dialog] *, [role=menu] *';

function blocked(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return true;
  const target = event.target instanceof Element ? event.target : undefined;
  if (target?.closest(TYPING) || document.querySelector('[role=dialog]')) return true;
  // Space presses a focused button or switch; it must not start a run as well.
  return event.key === ' ' && target?.closest('button, a, summary, input:not([type=radio])') != null;
}

export function useShortcuts(): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (blocked(event)) return;
      const key = event.key === ' ' ? 'Space' : event.key.toUpperCase();
      const found = SHORTCUTS.find((shortcut) => shortcut.keys === key);
      if (!found || (event.repeat && found.keys !== '.')) return;
      event.preventDefault();
      found.run();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
}
