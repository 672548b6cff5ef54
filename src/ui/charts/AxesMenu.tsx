import { type BandKind, setAxes, useView, type XKind } from '../../state/view';
import { Button, Icon, Menu, type MenuItem } from '../kit';
import { X_WORDS } from './axes';

const BANDS: Readonly<Record<BandKind, string>> = {
  sd: '± standard deviation',
  se: '± standard error',
  range: 'smallest to largest',
  ci: '95% confidence interval of the mean',
};

const entries = <K extends string>(words: Readonly<Record<K, string>>) =>
  Object.entries(words) as [K, string][];

/** How the charts over steps are drawn: unit of x, logarithms, bands over seeds. One choice for all of them. */
export function AxesMenu({ seeds = 2 }: { seeds?: number }) {
  const axes = useView((view) => view.axes);
  const band = useView((view) => view.band);
  const items: readonly MenuItem[] = [
    ...entries<XKind>(X_WORDS).map(([x, word]) => ({
      label: `By ${word}`,
      checked: axes.x === x,
      onSelect: () => setAxes({ x }),
    })),
    {
      label: 'Logarithmic x axis',
      checked: axes.logX,
      onSelect: () => setAxes({ logX: !axes.logX, zoom: undefined }),
    },
    {
      label: 'Logarithmic y axis',
      checked: axes.logY,
      onSelect: () => setAxes({ logY: !axes.logY }),
    },
    ...(seeds > 1
      ? entries<BandKind>(BANDS).map(([kind, word]) => ({
          label: `Bands: ${word}`,
          checked: band === kind,
          onSelect: () => useView.setState({ band: kind }),
        }))
      : []),
    {
      label: 'Show all',
      detail: 'Drag over a chart to zoom in, or + and − on the keyboard',
      disabled: axes.zoom === undefined,
      onSelect: () => setAxes({ zoom: undefined }),
    },
  ];
  return (
    <Menu
      trigger={
        <Button size="small" tone="quiet" icon={<Icon name="chart" size={14} />}>
          Axes
        </Button>
      }
      items={items}
    />
  );
}
