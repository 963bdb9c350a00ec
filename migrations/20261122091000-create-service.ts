import { DataTypes, type QueryInterface } from 'sequelize';
import { createTable, exactText, idColumn, reference, timestamps } from '../src/platform/db/migration-tools.js';

/** What calls are about: queues, reasons, customers. */
export async function up(query: QueryInterface): Promise<void> {
  await createTable(query, 'queues', {
    id: idColumn,
    name: { type: DataTypes.STRING(60), allowNull: false },
    // The exchange's own name of the queue; what ties the two.
    exchange_name: { type: exactText(60), allowNull: false, unique: true },
    number: { type: exactText(20), allowNull: false },
    service_level_seconds: { type: DataTypes.INTEGER, allowNull: false, defaultValue: 20 },
    // Null: no wrap-up. 0: until the record is finished.
    wrap_up_seconds: { type: DataTypes.INTEGER, allowNull: true },
    is_active: { type: DataTypes.BOOLEAN, allowNull: false, defaultValue: true },
    version: { type: DataTypes.INTEGER, allowNull: false, defaultValue: 0 },
    ...timestamps,
  });
  await createTable(query, 'user_queues', {
    user_id: { ...reference('users', { onDelete: 'CASCADE' }), primaryKey: true },
    queue_id: { ...reference('queues', { onDelete: 'CASCADE' }), primaryKey: true },
  });
  await createTable(query, 'reasons', {
    id: idColumn,
    type: { type: exactText(20), allowNull: false },
    name: { type: DataTypes.STRING(60), allowNull: false },
    name_key: { type: exactText(60), allowNull: false },
    time_limit_seconds: { type: DataTypes.INTEGER, allowNull: true },
    is_productive: { type: DataTypes.BOOLEAN, allowNull: false, defaultValue: false },
    is_active: { type: DataTypes.BOOLEAN, allowNull: false, defaultValue: true },
    position: { type: DataTypes.INTEGER, allowNull: false, defaultValue: 0 },
    version: { type: DataTypes.INTEGER, allowNull: false, defaultValue: 0 },
    ...timestamps,
  });
  await query.addIndex('reasons', ['type', 'name_key'], { unique: true });
  await createTable(query, 'customers', {
    id: idColumn,
    name: { type: DataTypes.STRING(120), allowNull: false },
    document: { type: exactText(20), allowNull: true, unique: true },
    email: { type: DataTypes.STRING(120), allowNull: true },
    notes: { type: DataTypes.TEXT, allowNull: true },
    version: { type: DataTypes.INTEGER, allowNull: false, defaultValue: 0 },
    ...timestamps,
  });
  await query.addIndex('customers', ['name']);
  await createTable(query, 'customer_phones', {
    id: idColumn,
    customer_id: reference('customers', { onDelete: 'CASCADE' }),
    // E.164, so that one number is one row however it was typed.
    number: { type: exactText(20), allowNull: false, unique: true },
  });
  await query.addIndex('customer_phones', ['customer_id']);
}

export async function down(query: QueryInterface): Promise<void> {
  for (const table of ['customer_phones', 'customers', 'reasons', 'user_queues', 'queues']) {
    await query.dropTable(table);
  }
}
