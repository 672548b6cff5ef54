import type { Marker } from '../../state/looks';

/** SVG path of a marker of radius `r` around the origin. Plus and cross are strokes, the others filled. */
export function markerPath(marker: Marker, r = 4): string {
  const s = r * 0.9;
  switch (marker) {
    case 'circle':
      return `M${-r} 0a${r} ${r} 0 1 0 ${2 * r} 0a${r} ${r} 0 1 0 ${-2 * r} 0z`;
    case 'square':
      return `M${-s} ${-s}h${2 * s}v${2 * s}h${-2 * s}z`;
    case 'triangle':
      return `M0 ${-r}L${r} ${r * 0.8}H${-r}z`;
    case 'diamond':
      return `M0 ${-r * 1.15}L${r * 1.15} 0L0 ${r * 1.15}L${-r * 1.15} 0z`;
    case 'plus':
      return `M0 ${-r}V${r}M${-r} 0H${r}`;
    case 'cross':
      return `M${-s} ${-s}L${s} ${s}M${s} ${-s}L${-s} ${s}`;
  }
}
