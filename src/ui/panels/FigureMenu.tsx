import type { RefObject } from 'react';
import { count } from '../../core/format';
import { useDataset } from '../../state/dataset';
import { csvOf, fileName } from '../../state/exports';
import { experimentName } from '../../state/naming';
import { useRun } from '../../state/run';
import { type Figure, figureOf, type LegendEntry, pngOf } from '../charts/figure';
import { cardOf, useShownConfig } from '../hooks';
import { Icon, IconButton, Menu } from '../kit';
import { save } from '../save';

interface Props {
  readonly title: string;
  readonly legend: readonly LegendEntry[];
  /** Holds the chart. */
  readonly body: RefObject<HTMLElement | null>;
  readonly table: () => readonly (readonly string[])[];
}

/** Saves a chart as a picture with legend and caption, or its numbers. */
export function FigureMenu({ title, legend, body, table }: Props) {
  const config = useShownConfig();
  const data = useDataset(({ current }) => current);
  const empty = useRun((run) => run.learners.length === 0);
  const name = experimentName(config, cardOf);
  const file = (ending: string) => fileName(`${name} ${title}`, `figure.${ending}`);
  const figure = (): Figure | undefined => {
    const chart = body.current?.querySelector<SVGSVGElement>('.chart-box svg');
    const about = data
      ? ` · ${data.name}, ${data.classNames.length} classes, ${count(data.counts.train)} images`
      : '';
    return chart ? figureOf(chart, { title, legend, caption: `${name}${about}` }) : undefined;
  };
  const savePng = async () => {
    const made = figure();
    if (!made) return;
    try {
      save(file('png'), await pngOf(made));
    } catch (error) {
      useRun.setState({ notice: error instanceof Error ? error.message : String(error) });
    }
  };
  return (
    <Menu
      trigger={
        <IconButton small label={`Save ${title.toLowerCase()}`} disabled={empty}>
          <Icon name="save" size={14} />
        </IconButton>
      }
      items={[
        {
          label: 'Picture (SVG)',
          detail: 'Sharp at every size, with legend and caption',
          onSelect: () => save(file('svg'), figure()?.svg ?? '', 'image/svg+xml'),
        },
        { label: 'Picture (PNG)', detail: 'Twice the size on screen', onSelect: () => void savePng() },
        {
          label: 'Numbers (CSV)',
          detail: 'What the table view shows',
          onSelect: () => save(file('csv'), csvOf(table()), 'text/csv'),
        },
      ]}
    />
  );
}
