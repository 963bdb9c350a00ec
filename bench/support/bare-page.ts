import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import express from 'express';

/**
 * The peer: Express and EJS and nothing else, without session or database. Its template is made of a page of the
 * application: what is the same in all rows of the table is the template's text, what differs is written row by row
 * from memory, escaped as the application escapes it. It answers with the same bytes.
 */
export class BarePage {
  readonly url: string;
  readonly #dispose: () => Promise<void>;

  private constructor(url: string, dispose: () => Promise<void>) {
    this.url = url;
    this.#dispose = dispose;
  }

  static async start(html: string): Promise<BarePage> {
    const { template, rows } = toTemplate(html);
    const folder = mkdtempSync(path.join(tmpdir(), 'citrus-voz-bench-page-'));
    writeFileSync(path.join(folder, 'page.ejs'), template);
    const app = express();
    app.set('views', folder);
    app.set('view engine', 'ejs');
    app.set('view cache', true);
    app.get('/', (_req, res) => {
      res.render('page', { rows });
    });
    const server = app.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const answer = await fetch(url);
    assert.equal(await answer.text(), html, 'both pages are the same');
    return new BarePage(url, async () => {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
      rmSync(folder, { recursive: true, force: true });
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#dispose();
  }
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', '#34': '"', '#39': "'" };
const unescape = (text: string): string =>
  text.replaceAll(/&(amp|lt|gt|#34|#39);/g, (_all, name: string) => ENTITIES[name]!);
/** Text of a template that means itself. */
const literal = (text: string): string => text.replaceAll('<%', '<%%');

interface Row {
  readonly kind: number;
  readonly cells: readonly string[];
}

function toTemplate(html: string): { readonly template: string; readonly rows: readonly Row[] } {
  const start = html.indexOf('<tbody');
  const from = html.indexOf('>', start) + 1;
  const to = html.indexOf('</tbody>', from);
  assert.ok(start >= 0 && to > from, 'the page has a table');
  // Markup and text in turns; rows of one shape have the same tags.
  const parsed = html
    .slice(from, to)
    .split(/(?<=<\/tr>)/)
    .map((row) => row.split(/(<[^>]*>)/));
  const shapes: string[] = [];
  const rows = parsed.map((parts): Row => {
    const shape = parts
      .filter((_part, n) => n % 2 === 1)
      .map((tag) => /^<\/?\w+/.exec(tag)?.[0])
      .join('');
    if (!shapes.includes(shape)) shapes.push(shape);
    return { kind: shapes.indexOf(shape), cells: parts.map((part, n) => (n % 2 === 1 ? part : unescape(part))) };
  });
  const bodies = shapes.map((_shape, kind) => {
    const alike = parsed.filter((_parts, n) => rows[n]!.kind === kind);
    const body = alike[0]!.map((part, n) => {
      if (alike.every((parts) => parts[n] === part)) return literal(part);
      return n % 2 === 1 ? `<%- row.cells[${n}] %>` : `<%= row.cells[${n}] %>`;
    });
    return `<% if (row.kind === ${kind}) { %>${body.join('')}<% } %>`;
  });
  const loop = `<% for (const row of rows) { %>${bodies.join('')}<% } %>`;
  return { template: literal(html.slice(0, from)) + loop + literal(html.slice(to)), rows };
}
