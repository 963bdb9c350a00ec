export { Holidays } from './holiday.service.js';
export { SequelizeHolidayRepository } from './holiday.repository.js';
export { createHolidayRouter } from './holiday.routes.js';
