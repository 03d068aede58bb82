/**
 * What is asked of a database. Rows come one after the other, and of large columns only the members that are needed; what is no JSON must not
 * reach SQLite's JSON functions, which would end the whole query. Columns differ between versions, so they are looked up first.
 */
import type { Database } from '../../../host/host.ts'

/** The text of a column if it is JSON, else NULL. */
const json = (column: string): string =>
  `CASE WHEN typeof(${column})='text' AND json_valid(${column}) THEN ${column} END`

const member = (column: string, path: string): string => `json_extract(${json(column)},'$.${path}')`

/** Columns by name, NULL those that this version's table does not have. */
const columnsOf = (database: Database, table: string, names: Readonly<Record<string, string>>): string => {
  const there = database.columns(table)
  return Object.entries(names)
    .map(([as, name]) => `${there.includes(name) ? `m.${name}` : 'NULL'} AS ${as}`)
    .join(',')
}

const columns = { id: 'id', session: 'session_id', created: 'time_created', updated: 'time_updated' }

/** What came after a row or changed since a time, both of which are bound. */
const since = (database: Database, table: string): string =>
  database.columns(table).includes('time_updated') ? '(m.rowid>? OR m.time_updated>=?)' : '(m.rowid>? OR 0>?)'

/** Parts of message `m` of one type, as a list of what is made of each. */
const partsOf = (type: string, made: string): string =>
  `(SELECT json_group_array(${made}) FROM part p WHERE p.message_id=m.id AND ${member('p.data', 'type')}='${type}')`

const calls = partsOf('tool', `json_array(json_extract(p.data,'$.callID'),json_extract(p.data,'$.tool'))`)

const steps = partsOf(
  'step-finish',
  `json_object('tokens',json_extract(p.data,'$.tokens'),'cost',json_extract(p.data,'$.cost'))`,
)

/** Sessions whose messages have to be held against their steps (`Flavour.wrong`). */
const stepped = {
  tokens: { needs: 'version', sessions: `SELECT id FROM session WHERE version LIKE '0.%'` },
  cost: { needs: 'parent_id', sessions: 'SELECT parent_id FROM session' },
}

const ofAnswers = (what: string): string => `CASE WHEN ${member('m.data', 'role')}='assistant' THEN ${what} END`

/** Up to this size a message is parsed by its reader, which is faster; of larger prompts, which hold patches, only their role is handed out. */
const SMALL = 8192

const dataOf = `CASE WHEN typeof(m.data)='text' AND octet_length(m.data)<${SMALL} THEN m.data
  WHEN ${member('m.data', 'role')}='user' THEN '{"role":"user"}' ELSE ${json('m.data')} END`

/** Which rows of a store, and what of them: `id, session, created, updated, data, calls, steps`. Two values are bound (`since`). */
export type Query = (database: Database, hasCalls: boolean, wrong: keyof typeof stepped) => string

export const messages: Query = (database, hasCalls, wrong) => {
  const hasParts = database.columns('part').includes('message_id')
  const { needs, sessions } = stepped[wrong]
  const isStepped = hasParts && database.columns('session').includes(needs)
  return `SELECT ${columnsOf(database, 'message', columns)},${dataOf} AS data,
    ${hasCalls && hasParts ? ofAnswers(calls) : 'NULL'} AS calls,
    ${isStepped ? `CASE WHEN m.session_id IN (${sessions}) THEN ${ofAnswers(steps)} END` : 'NULL'} AS steps
    FROM message m WHERE ${since(database, 'message')}`
}

const told = ['time', 'model', 'tokens', 'cost', 'finish', 'path']

const blocks = `(SELECT json_group_array(json_array(json_extract(b.value,'$.id'),json_extract(b.value,'$.name')))
  FROM json_each(${json('m.data')},'$.content') b
  WHERE CASE WHEN b.type='object' THEN json_extract(b.value,'$.type') END='tool')`

/** What OpenCode 2 writes. Answers that the first layout still has are left to it: there `total` says what the counts mean. */
export const secondMessages: Query = (database, hasCalls) => {
  const made = told.map(name => `'${name}',${member('m.data', name)}`).join(',')
  const isCopy =
    database.columns('message').length === 0
      ? '0'
      : `EXISTS (SELECT 1 FROM message o WHERE o.id=m.id AND ${member('o.data', 'tokens.output')}>0)`
  return `SELECT ${columnsOf(database, 'session_message', columns)},
    CASE WHEN ${json('m.data')} IS NOT NULL THEN json_object('role','assistant',${made}) END AS data,
    ${hasCalls ? blocks : 'NULL'} AS calls,NULL AS steps
    FROM session_message m
    WHERE ${since(database, 'session_message')} AND m.type IN ('assistant','compaction') AND NOT ${isCopy}`
}

/**
 * Answers that were taken back (`/undo` and a new prompt): their rows are deleted, but they were billed, and 1.x still has the events that
 * brought them. Events are never changed. The limit keeps SQLite from taking each event apart more than once.
 */
export const events: Query = (database, _hasCalls, wrong) => {
  const info = "json_extract(e.data,'$.info')"
  const isThere = database.columns('message').length === 0 ? '0' : 'EXISTS (SELECT 1 FROM message o WHERE o.id=e.id)'
  return `SELECT e.id AS id,e.session AS session,NULL AS created,NULL AS updated,
    ${wrong === 'cost' ? `json_remove(${info},'$.cost')` : info} AS data,NULL AS calls,NULL AS steps
    FROM (SELECT m.aggregate_id AS session,m.data AS data,${member('m.data', 'info.id')} AS id
      FROM session s CROSS JOIN event m ON m.aggregate_id=s.id
      WHERE (m.rowid>? OR 0>?) AND m.type='message.updated.1' AND instr(m.data,'"completed":') AND instr(m.data,'"assistant"')
      LIMIT -1) e
    WHERE e.id IS NOT NULL AND ${info} IS NOT NULL AND NOT ${isThere}`
}

/** Sessions of a table, with what of them never changes, and their titles. */
export const sessions = (database: Database, table: string): string => {
  const there = database.columns(table)
  const named = columnsOf(database, table, {
    id: 'id',
    parent: 'parent_id',
    directory: 'directory',
    version: 'version',
    model: 'model',
    created: 'time_created',
    updated: 'time_updated',
  })
  const title = there.includes('title') ? 'substr(m.title,1,200)' : 'NULL'
  const hasProjects = there.includes('project_id') && database.columns('project').includes('worktree')
  return `SELECT ${named},${title} AS title,${hasProjects ? 'p.worktree' : 'NULL'} AS worktree
    FROM ${table} m ${hasProjects ? 'LEFT JOIN project p ON p.id=m.project_id' : ''}`
}

/** One session's messages and their parts in their order; the session is bound. Of prompts nothing but their parts is needed. */
export const sessionParts = (database: Database): string => {
  const created = database.columns('message').includes('time_created') ? 'm.time_created' : 'm.id'
  return `SELECT m.id AS id,${created} AS created,
    CASE ${member('m.data', 'role')} WHEN 'assistant' THEN m.data WHEN 'user' THEN json_object('role','user','time',${member('m.data', 'time')}) END AS data,
    p.id AS partId,${json('p.data')} AS part
    FROM message m JOIN part p ON p.message_id=m.id WHERE m.session_id=? ORDER BY ${created},m.id,p.id`
}

/** One session's rows of OpenCode 2 in their order; the session is bound. */
export const secondParts = `SELECT m.id AS id,m.type AS type,m.time_created AS created,${json('m.data')} AS data
  FROM session_message m WHERE m.session_id=? ORDER BY m.seq`

/** The last row of a store. */
export const lastRow = (table: string): string => `SELECT max(rowid) AS row FROM ${table}`
