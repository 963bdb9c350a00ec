import { type ExchangeLog, type ExchangeQueue, type OpeningHours, type QueueOpening } from './exchange.port.js';

/** Whether a queue takes calls now. One whose hours cannot be found out counts as open. */
export function queueHours(hours: OpeningHours | undefined, log: ExchangeLog): (queue: ExchangeQueue) => QueueOpening {
  return (queue) => {
    if (hours === undefined) return { isOpen: true };
    try {
      return hours.openingOf(queue.name);
    } catch (error) {
      log.error({ err: error, queue: queue.name }, 'the hours of a queue are not known; it counts as open');
      return { isOpen: true };
    }
  };
}
