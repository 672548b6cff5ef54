import { useEffect, useRef } from 'react';

/** LaTeX as MathML, which browsers draw themselves; the converter is fetched when the first formula is shown. */
export function Formula({ tex }: { tex: string }) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    let current = true;
    const element = box.current;
    if (element) element.textContent = tex;
    void import('katex').then(({ default: katex }) => {
      if (current && element)
        katex.render(tex, element, { output: 'mathml', displayMode: true, throwOnError: false });
    });
    return () => {
      current = false;
    };
  }, [tex]);
  return (
    <section
      ref={box}
      className="formula"
      aria-label="Loss formula"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a long formula scrolls, also from the keyboard
      tabIndex={0}
    />
  );
}
