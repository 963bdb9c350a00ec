import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { paths } from '../../src/platform/paths.js';
import { AGENT_STATUSES } from '../../src/shared/agent-state.js';

const folder = path.join(paths.projectRoot, 'src', 'client', 'styles', 'parts');
const tokens = readFileSync(path.join(folder, 'tokens.css'), 'utf8');
const states = readFileSync(path.join(folder, 'state.css'), 'utf8');

type Colour = readonly [number, number, number];

/** The two values of a token, light and dark. */
function valuesOf(token: string): readonly [Colour, Colour] {
  const found = new RegExp(`--${token}: light-dark\\(#([0-9a-f]{6}), #([0-9a-f]{6})\\)`).exec(tokens);
  assert.ok(found, `token --${token}`);
  return [toColour(found[1]!), toColour(found[2]!)];
}

function toColour(hex: string): Colour {
  return [0, 2, 4].map((at) => parseInt(hex.slice(at, at + 2), 16)) as unknown as Colour;
}

/** As `color-mix(in srgb, a share, b)`. */
function mix(a: Colour, share: number, b: Colour): Colour {
  return a.map((value, index) => value * share + b[index]! * (1 - share)) as unknown as Colour;
}

/** WCAG 2.2, relative luminance. */
function luminance(colour: Colour): number {
  const [r, g, b] = colour.map((value) => {
    const share = value / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as unknown as Colour;
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: Colour, b: Colour): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

describe('theme', () => {
  for (const [index, theme] of (['light', 'dark'] as const).entries()) {
    const token = (name: string): Colour => valuesOf(name)[index]!;

    for (const status of AGENT_STATUSES) {
      it(`in ${theme} has AA contrast for "${status}" on page, surface and its own chip`, () => {
        const colour = token(`state-${status}`);
        const chip = mix(colour, 0.1, token('surface'));
        for (const ground of [token('page'), token('surface'), token('surface-raised'), chip]) {
          assert.ok(contrast(colour, ground) >= 4.5, `${status}: ${contrast(colour, ground).toFixed(2)}`);
        }
      });
    }

    it(`in ${theme} has AA contrast for text, links and buttons`, () => {
      const white: Colour = [255, 255, 255];
      for (const [name, text, ground] of [
        ['text', token('text'), token('page')],
        ['quiet text', token('text-quiet'), token('page')],
        ['quiet text on a surface', token('text-quiet'), token('surface-raised')],
        ['link', token('tblr-link-color'), token('page')],
        ['button', white, token('tblr-primary')],
      ] as const) {
        assert.ok(contrast(text, ground) >= 4.5, `${name}: ${contrast(text, ground).toFixed(2)}`);
      }
      assert.ok(contrast(token('line-strong'), token('surface')) >= 3, 'edges of fields');
      assert.ok(contrast(token('focus'), token('page')) >= 3, 'focus');
    });
  }

  it('gives every state a shape of its own', () => {
    const shapes = AGENT_STATUSES.filter((status) => status !== 'offline').map((status) => {
      const found = new RegExp(`\\[data-status='${status}'\\] \\{\\s*--shape: url\\("([^"]+)"\\)`).exec(states);
      assert.ok(found, `shape of ${status}`);
      return found[1];
    });
    assert.equal(new Set(shapes).size, AGENT_STATUSES.length - 1);
  });
});
