import { useEffect, useState } from 'react';

/** A text that is taken over on Enter or on leaving the field; Escape gives it up. */
export function TextCell({
  label,
  value,
  placeholder,
  limit,
  onChange,
}: {
  label: string;
  value: string;
  placeholder: string;
  limit: number;
  onChange: (value: string) => void;
}) {
  const [draft, setDraft] = useState(value);
  useEffect(() => setDraft(value), [value]);
  return (
    <input
      className="text-cell"
      aria-label={label}
      value={draft}
      placeholder={placeholder}
      maxLength={limit}
      onChange={(event) => setDraft(event.currentTarget.value)}
      onBlur={() => draft.trim() !== value && onChange(draft.trim())}
      onKeyDown={(event) => {
        if (event.key === 'Enter') event.currentTarget.blur();
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        setDraft(value);
      }}
    />
  );
}
