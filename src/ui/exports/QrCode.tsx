import { encode } from 'uqr';

/** Modules of white around the code, as the standard asks (ISO/IEC 18004, 5.3.8). */
const QUIET = 4;
/** Bytes that the largest code holds at the lowest level of correction. */
export const MOST_BYTES = 2953;

/** The dark modules as one path, row by row, each run of them a bar. Undefined when the text is too long. */
export function qrPath(text: string): { readonly size: number; readonly d: string } | undefined {
  if (new TextEncoder().encode(text).length > MOST_BYTES) return undefined;
  const { data, size } = encode(text, { ecc: 'L', border: QUIET });
  const bars = data.flatMap((row, y) =>
    row.flatMap((dark, x) => {
      if (!dark || row[x - 1]) return [];
      const end = row.indexOf(false, x);
      return [`M${x} ${y}h${(end < 0 ? size : end) - x}v1H${x}z`];
    }),
  );
  return { size, d: bars.join('') };
}

/** A link as a QR code: dark on white in every theme, because cameras expect that. */
export function QrCode({ text }: { text: string }) {
  const code = qrPath(text);
  if (!code)
    return <p className="quiet">This link is too long for a QR code. Export the set-up as JSON instead.</p>;
  return (
    <svg
      className="qr"
      viewBox={`0 0 ${code.size} ${code.size}`}
      role="img"
      aria-label="The link as a QR code"
      shapeRendering="crispEdges"
    >
      <rect width={code.size} height={code.size} fill="#fff" />
      <path d={code.d} fill="#000" />
    </svg>
  );
}
