import { lazy, Suspense, useState } from 'react';
import { linkTo } from '../../share/link';
import { useSetup } from '../../state/setup';
import { EmbedSnippet } from '../embed/EmbedSnippet';
import { Button, Icon, Modal, TextField } from '../kit';

const QrCode = lazy(async () => ({ default: (await import('../exports/QrCode')).QrCode }));

/** Copies a link to the set-up and says what is in it. */
export function ShareButton() {
  const [link, setLink] = useState('');
  const [copied, setCopied] = useState(false);
  const own = useSetup((setup) => setup.config.dataset.source === 'own');
  const share = async () => {
    const made = linkTo(useSetup.getState().config, location.href);
    setLink(made);
    history.replaceState(null, '', new URL(made).hash);
    try {
      await navigator.clipboard.writeText(made);
      setCopied(true);
    } catch {
      setCopied(false);
    }
  };
  return (
    <>
      <Button icon={<Icon name="share" size={14} />} className="share-button" onClick={() => void share()}>
        Share
      </Button>
      <Modal
        open={link !== ''}
        onClose={() => setLink('')}
        title={copied ? 'Link copied' : 'Copy this link'}
        size={520}
      >
        <div className="stack">
          <TextField label="Link" value={link} onChange={() => {}} maxLength={link.length} />
          <p>
            {link.length} characters. It holds the settings only, never images, weights or results
            {own
              ? '; your images are named by a fingerprint, and whoever opens it is asked to drop the same data'
              : ''}
            .
          </p>
          {link !== '' && (
            <Suspense fallback={<div className="qr" />}>
              <QrCode text={link} />
            </Suspense>
          )}
          <EmbedSnippet />
        </div>
      </Modal>
    </>
  );
}
