import { Router, type Request, type Response } from 'express';
import { z } from 'zod';
import { requirePermission, requireViewer } from '../../platform/http/guards.js';
import { translateOf } from '../../platform/http/locals.js';
import { renderPage } from '../../platform/http/pages.js';
import { type Translate } from '../../shared/i18n/messages.js';
import { hasWords } from '../../shared/word-search.js';
import {
  ADMIN_STEPS,
  adminBlocksOf,
  adminSectionsFor,
  type AdminBlock,
  type AdminStepKey,
} from './admin-blocks.domain.js';

interface ShownBlock {
  readonly href: string;
  readonly icon: string;
  readonly label: string;
  readonly about: string;
  /** Where it is, below its section; empty when directly there. */
  readonly trail: string;
  /** What the search looks at. */
  readonly words: string;
  readonly isFound: boolean;
}

interface ShownSection {
  /** Null on the section's own page, whose title it is. */
  readonly label: string | null;
  readonly href: string | null;
  readonly blocks: readonly ShownBlock[];
  readonly isFound: boolean;
}

declare module '../../platform/http/pages.js' {
  interface Pages {
    'home/admin': {
      readonly title: string;
      readonly breadcrumb: readonly Crumb[];
      readonly sections: readonly ShownSection[];
      /** Null where there is nothing to search. */
      readonly q: string | null;
      readonly found: number;
    };
  }
}

const adminQuery = z.object({ q: z.string().trim().max(60).catch('').default('') });
/** Above each step, from the administration on. */
const ABOVE: Readonly<Record<AdminStepKey, readonly AdminStepKey[]>> = {
  settings: [],
  unity: ['settings'],
  people: [],
};

/** "Administração" and the pages of blocks on the way to its screens. To be mounted at `/admin`. */
export function createAdminRouter(): Router {
  const router = Router();

  router.get('/', requirePermission('administration'), (req, res) => {
    const t = translateOf(res);
    const { q } = adminQuery.parse(req.query);
    const { permissions } = requireViewer(req);
    const sections = adminSectionsFor(permissions).map(({ label, step, blocks }): ShownSection => {
      const shown = blocks.map((block) => toShown(block, t(label), q, t));
      const way = step === null ? null : ADMIN_STEPS[step];
      return {
        label: t(label),
        href: way !== null && permissions.has(way.permission) ? way.href : null,
        blocks: shown,
        isFound: shown.some(({ isFound }) => isFound),
      };
    });
    const found = sections.reduce((sum, { blocks }) => sum + blocks.filter(({ isFound }) => isFound).length, 0);
    renderPage(res, 'home/admin', { title: t('administration:title'), breadcrumb: [], sections, q, found });
  });

  for (const key of ['settings', 'unity', 'people'] as const) {
    const { href, permission } = ADMIN_STEPS[key];
    router.get(href.slice('/admin'.length), requirePermission(permission), (req, res) => {
      showStep(req, res, key);
    });
  }
  return router;
}

function showStep(req: Request, res: Response, key: AdminStepKey): void {
  const t = translateOf(res);
  const { permissions } = requireViewer(req);
  const blocks = adminBlocksOf(key, permissions).map((block) => toShown(block, '', '', t));
  const steps = ABOVE[key].map((above) => ({ label: t(ADMIN_STEPS[above].label), href: ADMIN_STEPS[above].href }));
  // The administration may be closed to who may open one of its steps.
  const admin = { label: t('administration:title'), ...(permissions.has('administration') ? { href: '/admin' } : {}) };
  renderPage(res, 'home/admin', {
    title: t(ADMIN_STEPS[key].label),
    breadcrumb: [admin, ...steps],
    sections: blocks.length === 0 ? [] : [{ label: null, href: null, blocks, isFound: true }],
    q: null,
    found: blocks.length,
  });
}

function toShown({ href, icon, ...block }: AdminBlock, section: string, q: string, t: Translate): ShownBlock {
  const label = t(block.label);
  const about = t(block.about);
  const trail = block.under === undefined ? '' : t(ADMIN_STEPS[block.under].label);
  const words = [section, trail, label, about].join(' ');
  return { href, icon, label, about, trail, words, isFound: hasWords(words, q) };
}
