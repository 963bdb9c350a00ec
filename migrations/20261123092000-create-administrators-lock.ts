import { QueryTypes, type QueryInterface } from 'sequelize';

/** The row that whoever may take administrators away locks first; see `Administrators`. Nobody ever holds it as a lease. */
export async function up(query: QueryInterface): Promise<void> {
  await query.sequelize.query(
    "INSERT INTO leases (name, owner, expires_at) VALUES ('administrators', '', '2000-01-01 00:00:00')",
    { type: QueryTypes.INSERT },
  );
}

export async function down(query: QueryInterface): Promise<void> {
  await query.bulkDelete('leases', { name: 'administrators' });
}
