/** What goes wrong while something is drawn stays there, and the rest of the page as it is. */

import { Component, type ComponentChildren } from "preact";
import { ErrorNote } from "./failure.tsx";

interface Props {
  /** What is drawn, in a word: when that changes, it is tried again. */
  readonly of: string;
  readonly children: ComponentChildren;
}

interface State {
  readonly failure: unknown;
}

/** Shows its children, or why they cannot be shown. */
export class Boundary extends Component<Props, State> {
  override state: State = { failure: undefined };

  static override getDerivedStateFromError(failure: unknown): State {
    return { failure };
  }

  override componentDidUpdate(before: Props): void {
    if (before.of !== this.props.of && this.state.failure !== undefined) this.setState({ failure: undefined });
  }

  override render() {
    const { failure } = this.state;
    return failure === undefined ? this.props.children : <ErrorNote error={failure} />;
  }
}
