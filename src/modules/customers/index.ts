export { type Customer, type CustomerPage, type CustomerSearch } from './customer.domain.js';
export { Customers, type CustomerRepository } from './customer.service.js';
export { SequelizeCustomerRepository } from './customer.repository.js';
