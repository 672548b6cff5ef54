import { useEffect, useRef, useState } from 'react';

/** Size of an element in CSS pixels, kept up to date. */
export function useSize(): readonly [
  React.RefObject<HTMLElement | null>,
  { readonly width: number; readonly height: number },
] {
  const ref = useRef<HTMLElement>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  useEffect(() => {
    const element = ref.current;
    if (!element) return;
    const observer = new ResizeObserver(([entry]) => {
      if (!entry) return;
      const { width, height } = entry.contentRect;
      setSize({ width: Math.floor(width), height: Math.floor(height) });
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [ref, size];
}
