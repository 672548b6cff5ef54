import { useState } from 'react';
import type { DatasetSummary } from '../../data/dataset';
import { reportText } from '../../state/dataset-report';
import { fileName } from '../../state/exports';
import { Button, Icon } from '../kit';
import { save } from '../save';

/** The report as text, on the clipboard or as a file. */
export function ReportActions({ summary }: { summary: DatasetSummary }) {
  const [copied, setCopied] = useState(false);
  const text = () => `${summary.name}\n${reportText(summary)}\n`;
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text());
      setCopied(true);
    } catch {
      save(fileName(summary.name, 'report.txt'), text(), 'text/plain');
    }
  };
  return (
    <div className="row">
      <Button
        size="small"
        icon={<Icon name={copied ? 'check' : 'copy'} size={13} />}
        onClick={() => void copy()}
      >
        {copied ? 'Copied' : 'Copy report'}
      </Button>
      <Button
        size="small"
        icon={<Icon name="save" size={13} />}
        onClick={() => save(fileName(summary.name, 'report.txt'), text(), 'text/plain')}
      >
        Save report
      </Button>
    </div>
  );
}
