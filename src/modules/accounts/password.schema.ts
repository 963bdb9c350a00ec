import { z } from 'zod';
import { type MessageKey } from '../../shared/i18n/messages.js';
import { PASSWORD_MAX, PASSWORD_MIN, passwordProblem } from './password-rules.domain.js';

const required = 'auth:required' satisfies MessageKey;

/** A new password, typed twice by whoever cannot see it. What the login makes of it is looked at where it is known. */
export const newPasswordForm = z
  .object({ password: z.string({ error: required }).min(1, required), repeat: z.string().optional().default('') })
  .superRefine(({ password, repeat }, context) => {
    const problem = password === '' ? null : passwordProblem(password);
    if (problem !== null) {
      const params = { minimum: PASSWORD_MIN, maximum: PASSWORD_MAX };
      context.addIssue({ code: 'custom', path: ['password'], message: problem, params });
    } else if (password !== '' && password !== repeat) {
      context.addIssue({ code: 'custom', path: ['repeat'], message: 'auth:password-differs' satisfies MessageKey });
    }
  });
