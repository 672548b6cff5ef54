/** What the tour shows, and where. */
export interface Stop {
  readonly title: string;
  readonly text: string;
  /** Selectors of what is pointed at, the first that is on screen. */
  readonly at: readonly string[];
  /** The run has to be going when it is left. */
  readonly runs?: boolean;
}

export const STOPS: readonly Stop[] = [
  {
    title: 'A minute of distillation',
    text: 'This tour trains a tiny teacher and two students on this device. Your set-up comes back when it ends; leave at any time.',
    at: ['.wordmark'],
  },
  {
    title: 'Two students',
    text: 'Both are the same small network. One learns from the labels alone, the other also from the teacher’s answers: the only difference between them.',
    at: ['.rail .students', '.rail-toggle'],
  },
  {
    title: 'Start',
    text: 'Press Start, or Next. The teacher learns first, then both students see the same batches.',
    at: ['.main-button'],
    runs: true,
  },
  {
    title: 'The loss falls',
    text: 'Each line is one learner. The loss of a method has terms of its own, so heights of different methods are not to be compared; accuracy is.',
    at: ['[aria-label="Training loss"]'],
  },
  {
    title: 'Who gets more right?',
    text: 'Accuracy on images that nobody trains on. What counts is the end: is the distilled student above the one with labels only?',
    at: ['[aria-label="Accuracy"]'],
  },
  {
    title: 'Does it know when it does not know?',
    text: 'Accuracy over sureness. On the diagonal a network is right as often as it says. Select another row of the table to see that one.',
    at: ['[aria-label="Reliability"]'],
  },
  {
    title: 'The result',
    text: 'The gain is counted from the labels-only student. One run from one seed proves little: try 3 or 5 seeds.',
    at: ['.result-table', 'main table'],
  },
  {
    title: 'Go on',
    text: 'Methods has a page for each of them, with a figure to play with; Examples has a comparison near to every paper. Now your set-up comes back.',
    at: ['[title="E"]', '[aria-label="More"]'],
  },
];
