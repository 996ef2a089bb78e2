BEGIN TRANSACTION;
CREATE TABLE accounts (
	id INTEGER NOT NULL, 
	name VARCHAR NOT NULL, 
	role VARCHAR NOT NULL, 
	added_ms BIGINT NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (name)
);
CREATE TABLE changes (
	seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	type VARCHAR NOT NULL, 
	id VARCHAR NOT NULL, 
	node VARCHAR, 
	stream VARCHAR, 
	n BIGINT, 
	at_ms BIGINT NOT NULL
);
INSERT INTO "changes" VALUES(1,'fault','F-2026-0001',NULL,NULL,NULL,1790000000000);
CREATE TABLE counters (
	reason VARCHAR NOT NULL, 
	node VARCHAR NOT NULL, 
	count BIGINT NOT NULL, 
	last_ms BIGINT NOT NULL, 
	sample TEXT NOT NULL, 
	PRIMARY KEY (reason, node)
);
CREATE TABLE fault_moves (
	id INTEGER NOT NULL, 
	fault VARCHAR NOT NULL, 
	at_ms BIGINT NOT NULL, 
	move VARCHAR NOT NULL, 
	"by" VARCHAR, 
	comment TEXT, 
	PRIMARY KEY (id)
);
INSERT INTO "fault_moves" VALUES(1,'F-2026-0001',1790000000000,'opened',NULL,NULL);
CREATE TABLE fault_numbers (
	year INTEGER NOT NULL, 
	last INTEGER NOT NULL, 
	PRIMARY KEY (year)
);
INSERT INTO "fault_numbers" VALUES(2026,1);
CREATE TABLE faults (
	id VARCHAR NOT NULL, 
	asset VARCHAR NOT NULL, 
	asset_kind VARCHAR NOT NULL, 
	junction VARCHAR NOT NULL, 
	code VARCHAR NOT NULL, 
	root VARCHAR NOT NULL, 
	severity INTEGER NOT NULL, 
	opened_ms BIGINT NOT NULL, 
	learnt_ms BIGINT NOT NULL, 
	cleared_ms BIGINT, 
	closed_ms BIGINT, 
	latched BOOLEAN NOT NULL, 
	acknowledged_by VARCHAR, 
	acknowledged_ms BIGINT, 
	measured_dead BOOLEAN NOT NULL, 
	reopened INTEGER NOT NULL, 
	version INTEGER NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "faults" VALUES('F-2026-0001','light-01','warning_light','j-01','dark','',2,1790000000000,1790000000000,NULL,NULL,0,NULL,NULL,0,0,1);
CREATE TABLE inputs (
	id INTEGER NOT NULL, 
	kind VARCHAR NOT NULL, 
	payload BLOB NOT NULL, 
	"by" VARCHAR NOT NULL, 
	expected_version INTEGER, 
	added_ms BIGINT NOT NULL, 
	status VARCHAR NOT NULL, 
	reason TEXT, 
	PRIMARY KEY (id)
);
CREATE TABLE intervals (
	device VARCHAR NOT NULL, 
	from_ms BIGINT NOT NULL, 
	to_ms BIGINT, 
	state VARCHAR NOT NULL, 
	code VARCHAR, 
	cause VARCHAR, 
	PRIMARY KEY (device, from_ms)
);
CREATE TABLE invites (
	token_hash VARCHAR NOT NULL, 
	role VARCHAR NOT NULL, 
	expires_ms BIGINT NOT NULL, 
	redeemed_ms BIGINT, 
	PRIMARY KEY (token_hash)
);
CREATE TABLE journal (
	id INTEGER NOT NULL, 
	node VARCHAR NOT NULL, 
	stream VARCHAR NOT NULL, 
	n BIGINT NOT NULL, 
	received_ms BIGINT NOT NULL, 
	event_ms BIGINT NOT NULL, 
	unsure BOOLEAN NOT NULL, 
	body BLOB NOT NULL, 
	PRIMARY KEY (id)
);
CREATE TABLE live (
	device VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	junction VARCHAR NOT NULL, 
	node VARCHAR NOT NULL, 
	state VARCHAR NOT NULL, 
	word VARCHAR, 
	since_ms BIGINT, 
	seen_ms BIGINT, 
	codes TEXT NOT NULL, 
	metrics BLOB NOT NULL, 
	stream VARCHAR, 
	n BIGINT, 
	PRIMARY KEY (device)
);
CREATE TABLE lost_ranges (
	id INTEGER NOT NULL, 
	node VARCHAR NOT NULL, 
	stream VARCHAR NOT NULL, 
	first BIGINT NOT NULL, 
	last BIGINT NOT NULL, 
	found_ms BIGINT NOT NULL, 
	PRIMARY KEY (id)
);
CREATE TABLE nodes (
	node VARCHAR NOT NULL, 
	current VARCHAR, 
	version INTEGER NOT NULL, 
	PRIMARY KEY (node)
);
INSERT INTO "nodes" VALUES('n-01','1111111111111111',1);
CREATE TABLE parked_lines (
	id INTEGER NOT NULL, 
	line TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	parked_ms BIGINT NOT NULL, 
	PRIMARY KEY (id)
);
CREATE TABLE schema_version (
	version INTEGER NOT NULL, 
	PRIMARY KEY (version)
);
INSERT INTO "schema_version" VALUES(1);
CREATE TABLE sessions (
	token_hash VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	account BIGINT NOT NULL, 
	added_ms BIGINT NOT NULL, 
	expires_ms BIGINT NOT NULL, 
	PRIMARY KEY (token_hash)
);
CREATE TABLE streams (
	node VARCHAR NOT NULL, 
	stream VARCHAR NOT NULL, 
	done BIGINT NOT NULL, 
	done_boot VARCHAR, 
	top BIGINT NOT NULL, 
	PRIMARY KEY (node, stream)
);
CREATE TABLE telemetry_lines (
	id INTEGER NOT NULL, 
	points INTEGER NOT NULL, 
	lines TEXT NOT NULL, 
	PRIMARY KEY (id)
);
CREATE TABLE watches (
	node VARCHAR NOT NULL, 
	watch BLOB NOT NULL, 
	memory BLOB NOT NULL, 
	PRIMARY KEY (node)
);
CREATE INDEX ix_lost_ranges_node ON lost_ranges (node);
CREATE INDEX faults_of_asset ON faults (asset, code, closed_ms);
CREATE INDEX faults_by_time ON faults (opened_ms, id);
CREATE UNIQUE INDEX one_open_fault ON faults (asset, code, root) WHERE closed_ms IS NULL;
CREATE INDEX ix_fault_moves_fault ON fault_moves (fault);
CREATE INDEX waiting_inputs ON inputs (id) WHERE status = 'waiting';
CREATE INDEX ix_sessions_account ON sessions (account);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('changes',1);
COMMIT;
