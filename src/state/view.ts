/** What is selected and open. Nothing here changes a run. */
import { create } from 'zustand';

export type InspectorTab = 'method' | 'samples' | 'confusion' | 'panels';

export interface ViewState {
  /** Learner key shown in reliability diagram, confusion matrix and method panel. */
  readonly selected: string;
  /** Step under the shared crosshair. */
  readonly cursor: number | undefined;
  /** What the bands of the charts span around the mean over seeds. */
  readonly band: 'sd' | 'se' | 'range';
  readonly railOpen: boolean;
  readonly inspector: InspectorTab | undefined;
  readonly help: boolean;
  readonly picker: boolean;
  /** Kept runs and their comparison. */
  readonly runs: boolean;
  /** The dialog that saves trained networks. */
  readonly networks: boolean;
  /** Method pages: '' is the list, an id one method; undefined: closed. */
  readonly methods: string | undefined;
  /** The examples: '' is the list; undefined: closed. */
  readonly presets: string | undefined;
  /** Student card with its settings unfolded. */
  readonly unfolded: string | undefined;
}

export const useView = create<ViewState>()(() => ({
  selected: 'teacher',
  cursor: undefined,
  band: 'sd',
  railOpen: false,
  inspector: undefined,
  help: false,
  picker: false,
  runs: false,
  networks: false,
  methods: undefined,
  presets: undefined,
  unfolded: undefined,
}));

export const select = (key: string): void => useView.setState({ selected: key });
export const inspect = (tab: InspectorTab | undefined): void => useView.setState({ inspector: tab });
