import { type Translate } from '../../../shared/i18n/messages.js';
import { type Controls } from '../controls.js';
import { type DeskView } from '../desk-store.js';

/** A part of the page: draws itself from the view, and never holds state that the view has. */
export interface Region {
  render(view: DeskView, controls: Controls): void;
  /** Once or twice a second, for what counts. */
  tick?(view: DeskView): void;
}

export interface RegionDeps {
  readonly t: Translate;
  readonly locale: string;
  /** The server's clock; epoch milliseconds. */
  readonly now: () => number;
}
