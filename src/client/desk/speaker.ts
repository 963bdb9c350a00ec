import { type Translate } from '../../shared/i18n/messages.js';
import { Announcer } from '../dom/announcer.js';
import { byId } from '../dom/element.js';
import { type Announcement } from './announcements.js';

/** Puts announcements into words. What cannot wait (a call, a lost connection) interrupts what is being read. */
export class Speaker {
  readonly #t: Translate;
  readonly #polite = new Announcer(byId('announcer'));
  readonly #urgent = new Announcer(byId('announcer-urgent'));

  constructor(t: Translate) {
    this.#t = t;
  }

  say(text: string): void {
    this.#polite.say(text);
  }

  announce(announcement: Announcement): void {
    const t = this.#t;
    switch (announcement.kind) {
      case 'ringing': {
        const { name, queue } = announcement;
        this.#urgent.say(
          queue === null ? t('desk:say.ringing-plain', { name }) : t('desk:say.ringing', { name, queue }),
        );
        return;
      }
      case 'answered':
      case 'ended':
      case 'socket-up':
        this.say(t(`desk:say.${announcement.kind}`));
        return;
      case 'socket-down':
        this.#urgent.say(t('desk:banner.socket-down'));
        return;
      case 'phone-asked':
        this.#urgent.say(t('desk:say.phone-asked'));
        return;
      case 'missed':
        this.#urgent.say(t('desk:banner.missed', { count: announcement.count }));
        return;
      case 'status':
        this.say(t('desk:say.status', { status: t(`desk:status.${announcement.status}`) }));
    }
  }
}
