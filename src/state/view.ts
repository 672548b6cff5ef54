/** What is selected and open. Nothing here changes a run. */
import { create } from 'zustand';

/** What is looked at closely. */
export type LookTab = 'confidence' | 'map' | 'draw';

export type InspectorTab = 'method' | 'samples' | 'confusion' | 'panels';

/** What the x axis of the charts counts. */
export type XKind = 'step' | 'epoch' | 'seconds' | 'images';

/** How all charts over steps are drawn. */
export interface AxesChoice {
  readonly x: XKind;
  readonly logX: boolean;
  readonly logY: boolean;
  /** The part of the x axis on show, in its unit; undefined: all of it. */
  readonly zoom: readonly [number, number] | undefined;
}

/** What the bands of the charts span around the mean over seeds. */
export type BandKind = 'sd' | 'se' | 'range' | 'ci';

export interface ViewState {
  /** Learner key shown in reliability diagram, confusion matrix and method panel. */
  readonly selected: string;
  /** Place under the shared crosshair, in the unit of the x axis. */
  readonly cursor: number | undefined;
  readonly band: BandKind;
  readonly axes: AxesChoice;
  readonly railOpen: boolean;
  readonly inspector: InspectorTab | undefined;
  readonly help: boolean;
  readonly picker: boolean;
  /** Kept runs and their comparison. */
  readonly runs: boolean;
  /** The dialog that looks closer; undefined: closed. */
  readonly look: LookTab | undefined;
  /** The dialog that saves trained networks. */
  readonly networks: boolean;
  /** Kept networks. */
  readonly library: boolean;
  /** The dialog that saves the set-up as PyTorch code. */
  readonly python: boolean;
  /** Method pages: '' is the list, an id one method; undefined: closed. */
  readonly methods: string | undefined;
  /** The examples: '' is the list; undefined: closed. */
  readonly presets: string | undefined;
  /** The glossary: '' is the list, an id the word it was opened for; undefined: closed. */
  readonly glossary: string | undefined;
  /** Where pictures of one's own come from while they are made; undefined: closed. */
  readonly collecting: 'draw' | 'camera' | undefined;
  /** Student card with its settings unfolded. */
  readonly unfolded: string | undefined;
}

export const useView = create<ViewState>()(() => ({
  selected: 'teacher',
  cursor: undefined,
  band: 'sd',
  axes: { x: 'step', logX: false, logY: false, zoom: undefined },
  railOpen: false,
  inspector: undefined,
  help: false,
  picker: false,
  runs: false,
  look: undefined,
  networks: false,
  library: false,
  python: false,
  methods: undefined,
  presets: undefined,
  glossary: undefined,
  collecting: undefined,
  unfolded: undefined,
}));

export const select = (key: string): void => useView.setState({ selected: key });
export const inspect = (tab: InspectorTab | undefined): void => useView.setState({ inspector: tab });

/** Changes how the charts are drawn; another unit of x makes cursor and zoom meaningless. */
export const setAxes = (change: Partial<AxesChoice>): void =>
  useView.setState(({ axes, cursor }) => ({
    axes: { ...axes, ...('x' in change ? { zoom: undefined } : {}), ...change },
    cursor: 'x' in change ? undefined : cursor,
  }));
