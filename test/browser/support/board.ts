import { type Locator, type Page } from 'playwright-core';
import { type AgentStatus } from '../../../src/shared/agent-state.js';
import { signIn, type Windows } from '../../support/browser.js';
import { type Person } from './agent-page.js';

/** The board of a supervisor. */
export class Board {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  static async open(windows: Windows, url: string, supervisor: Person): Promise<Board> {
    const page = await windows.open(`${url}/sign-in`);
    await signIn(page, supervisor.login, supervisor.password);
    await page.goto(`${url}/monitoring`);
    // With its first data: a board that has none yet has nothing to be stale about.
    await page.locator('#board[data-freshness="live"]').waitFor();
    return new Board(page);
  }

  agent(agentId: number): Locator {
    return this.page.getByTestId(`board-agent-${agentId}`);
  }

  queue(queueId: number): Locator {
    return this.page.getByTestId(`board-queue-${queueId}`);
  }

  async waitForAgent(agentId: number, status: AgentStatus, options: { readonly timeout?: number } = {}): Promise<void> {
    await this.page.locator(`[data-testid="board-agent-${agentId}"][data-status="${status}"]`).waitFor(options);
  }
}
