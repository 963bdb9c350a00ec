import { DataTypes, type InferAttributes, type InferCreationAttributes, type Model, type ModelStatic } from 'sequelize';
import { type Sequelize } from 'sequelize';
import { exactText, momentColumn } from '../../platform/db/migration-tools.js';

export interface CallLineRow extends Model<InferAttributes<CallLineRow>, InferCreationAttributes<CallLineRow>> {
  callId: string;
  agentId: number;
  seconds: number;
  roundTripSum: number;
  roundTripSeconds: number;
  roundTripWorst: number | null;
  jitterSum: number;
  jitterSeconds: number;
  jitterWorst: number | null;
  lossSum: number;
  lossWorst: number;
  ratingSum: number;
  ratingWorst: number;
  microphone: string | null;
  speaker: string | null;
  firstAt: Date;
  lastAt: Date;
}

export interface EquipmentCheckRow extends Model<
  InferAttributes<EquipmentCheckRow>,
  InferCreationAttributes<EquipmentCheckRow>
> {
  agentId: number;
  checkedAt: Date;
  level: string;
  peakDb: number | null;
  roundTripMs: number | null;
  microphone: string | null;
  speaker: string | null;
  ringer: string | null;
}

const number = { type: DataTypes.DOUBLE, allowNull: false } as const;
const optionalNumber = { type: DataTypes.DOUBLE, allowNull: true } as const;
const label = { type: DataTypes.STRING(120), allowNull: true } as const;

export function defineCallLineModel(sequelize: Sequelize): ModelStatic<CallLineRow> {
  return sequelize.define<CallLineRow>(
    'CallLine',
    {
      callId: { type: exactText(64), allowNull: false, primaryKey: true },
      agentId: { type: DataTypes.INTEGER, allowNull: false, primaryKey: true },
      seconds: { ...number },
      roundTripSum: { ...number },
      roundTripSeconds: { ...number },
      roundTripWorst: { ...optionalNumber },
      jitterSum: { ...number },
      jitterSeconds: { ...number },
      jitterWorst: { ...optionalNumber },
      lossSum: { ...number },
      lossWorst: { ...number },
      ratingSum: { ...number },
      ratingWorst: { ...number },
      microphone: { ...label },
      speaker: { ...label },
      firstAt: { ...momentColumn },
      lastAt: { ...momentColumn },
    },
    { tableName: 'call_lines', timestamps: false },
  );
}

export function defineEquipmentCheckModel(sequelize: Sequelize): ModelStatic<EquipmentCheckRow> {
  return sequelize.define<EquipmentCheckRow>(
    'EquipmentCheck',
    {
      agentId: { type: DataTypes.INTEGER, allowNull: false, primaryKey: true },
      checkedAt: { ...momentColumn },
      level: { type: exactText(10), allowNull: false },
      peakDb: { ...optionalNumber },
      roundTripMs: { ...optionalNumber },
      microphone: { ...label },
      speaker: { ...label },
      ringer: { ...label },
    },
    { tableName: 'equipment_checks', timestamps: false },
  );
}
