/** The pictures by key. Apart from what fills them: the page shows the cards and never the arithmetic. */
import { imagesPanel, type Panel } from '../kit';

export const panels = {
  mix: { kind: 'bars', title: 'Share of the teacher, by tenths', x: 'Share', y: 'Images' },
  images: imagesPanel('Share of the teacher for each image'),
  right: { kind: 'lines', title: 'Mean share where the teacher is right; wrong', x: 'Step', y: 'Share' },
  corners: {
    kind: 'scatter',
    title: 'Distance to the label of each image, and the share of the teacher',
    x: 'Teacher to label',
    y: 'Student to label',
    groups: ['Below a third', 'To two thirds', 'Above'],
  },
  triangles: {
    kind: 'scatter',
    title: 'Triangles of three images: label at the left end, teacher on the ground, student above',
    x: 'Along',
    y: 'Across',
  },
  cases: {
    kind: 'table',
    title: 'Mean share of the teacher in %, where the student is right, wrong, near the teacher, far from it',
    rows: ['Teacher right', 'Teacher wrong'],
    columns: ['Right', 'Wrong', 'Near', 'Far'],
  },
  labels: {
    kind: 'table',
    title: 'Mean share of the teacher, by whether the set-up made the label of the image wrong',
    rows: ['Right label', 'Wrong label'],
    columns: ['Share in %', 'Images'],
  },
} as const satisfies Readonly<Record<string, Panel>>;
