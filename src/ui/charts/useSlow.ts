import { useEffect, useState } from 'react';

/** The value of `read`, looked at again every few seconds: for words and tables about numbers that stream. */
export function useSlow<T>(read: () => T, seconds: number): T {
  const [value, setValue] = useState(read);
  useEffect(() => {
    const look = () => setValue(read());
    look();
    const timer = setInterval(look, 1000 * seconds);
    return () => clearInterval(timer);
  }, [read, seconds]);
  return value;
}
