import { Component, type ReactNode } from 'react';

interface State {
  readonly error: Error | undefined;
}

/** Keeps one broken part from taking the page down. */
export class ErrorBoundary extends Component<{ readonly part: string; readonly children: ReactNode }, State> {
  override state: State = { error: undefined };

  static getDerivedStateFromError(error: unknown): State {
    return { error: error instanceof Error ? error : new Error(String(error)) };
  }

  override render() {
    const { error } = this.state;
    if (!error) return this.props.children;
    return (
      <div className="broken" role="alert">
        <p>
          {this.props.part} could not be drawn: {error.message}
        </p>
        <button type="button" className="text-button" onClick={() => this.setState({ error: undefined })}>
          Try again
        </button>
      </div>
    );
  }
}
