BEGIN TRANSACTION;
CREATE TABLE accounts (
	id INTEGER NOT NULL, 
	name VARCHAR NOT NULL, 
	role VARCHAR NOT NULL, 
	added_ms BIGINT NOT NULL, 
	PRIMARY KEY (id), 
	UNIQUE (name)
);
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0003');
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
INSERT INTO "changes" VALUES(2,'fault','F-2026-0002',NULL,NULL,NULL,1790000000000);
INSERT INTO "changes" VALUES(3,'fault','F-2026-0003',NULL,NULL,NULL,1790000000000);
INSERT INTO "changes" VALUES(4,'fault','F-2026-0004',NULL,NULL,NULL,1790000000000);
INSERT INTO "changes" VALUES(5,'fault','F-2026-0005',NULL,NULL,NULL,1790000000000);
INSERT INTO "changes" VALUES(6,'fault','F-2026-0006',NULL,NULL,NULL,1790000000000);
INSERT INTO "changes" VALUES(7,'fault','F-2026-0002',NULL,NULL,NULL,1790003600000);
INSERT INTO "changes" VALUES(8,'fault','F-2026-0003',NULL,NULL,NULL,1790003600000);
INSERT INTO "changes" VALUES(9,'fault','F-2026-0006',NULL,NULL,NULL,1790003600000);
INSERT INTO "changes" VALUES(10,'window','j-01',NULL,NULL,NULL,1790003600000);
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
INSERT INTO "fault_moves" VALUES(2,'F-2026-0002',1790000001000,'opened',NULL,NULL);
INSERT INTO "fault_moves" VALUES(3,'F-2026-0003',1790000002000,'opened',NULL,NULL);
INSERT INTO "fault_moves" VALUES(4,'F-2026-0004',1790000003000,'opened',NULL,NULL);
INSERT INTO "fault_moves" VALUES(5,'F-2026-0005',1790000003000,'opened',NULL,NULL);
INSERT INTO "fault_moves" VALUES(6,'F-2026-0006',1790000004000,'opened',NULL,NULL);
INSERT INTO "fault_moves" VALUES(7,'F-2026-0002',1790003600000,'acknowledged','maintenance-1','on my way');
INSERT INTO "fault_moves" VALUES(8,'F-2026-0003',1790003600000,'closed',NULL,NULL);
INSERT INTO "fault_moves" VALUES(9,'F-2026-0006',1790003600000,'acknowledged','electrician-1',NULL);
INSERT INTO "fault_moves" VALUES(10,'F-2026-0006',1790003600000,'cleared',NULL,NULL);
CREATE TABLE fault_numbers (
	year INTEGER NOT NULL, 
	last INTEGER NOT NULL, 
	PRIMARY KEY (year)
);
INSERT INTO "fault_numbers" VALUES(2026,6);
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
	facts BLOB, 
	PRIMARY KEY (id)
);
INSERT INTO "faults" VALUES('F-2026-0001','light-01','warning_light','j-01','dark','',2,1790000000000,1790000000000,NULL,NULL,0,NULL,NULL,0,0,1,NULL);
INSERT INTO "faults" VALUES('F-2026-0002','cam-01','camera','j-01','frozen','',2,1790000001000,1790000000000,NULL,NULL,0,'maintenance-1',1790003600000,0,0,2,NULL);
INSERT INTO "faults" VALUES('F-2026-0003','cam-02','camera','j-02','black','',2,1790000002000,1790000000000,1790003600000,1790003600000,0,NULL,NULL,0,0,2,NULL);
INSERT INTO "faults" VALUES('F-2026-0004','j-02','junction','j-02','site_dark','',2,1790000003000,1790000000000,NULL,NULL,0,NULL,NULL,0,0,1,NULL);
INSERT INTO "faults" VALUES('F-2026-0005','n-02','node','j-02','silent','j-02',2,1790000003000,1790000000000,NULL,NULL,0,NULL,NULL,0,0,1,NULL);
INSERT INTO "faults" VALUES('F-2026-0006','cp-01.1','connector','j-01','GroundFailure','',1,1790000004000,1790000000000,1790003600000,NULL,1,'electrician-1',1790003600000,0,0,3,NULL);
CREATE TABLE happenings (
	id INTEGER NOT NULL, 
	at_ms BIGINT NOT NULL, 
	line BLOB NOT NULL, 
	PRIMARY KEY (id)
);
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
CREATE TABLE messages (
	id INTEGER NOT NULL, 
	kind VARCHAR NOT NULL, 
	asset VARCHAR NOT NULL, 
	code VARCHAR NOT NULL, 
	at_ms BIGINT NOT NULL, 
	fault VARCHAR, 
	PRIMARY KEY (id)
);
INSERT INTO "messages" VALUES(1,'problem','light-01','dark',1790000000000,'F-2026-0001');
CREATE TABLE month_marks (
	month VARCHAR NOT NULL, 
	from_ms BIGINT NOT NULL, 
	to_ms BIGINT NOT NULL, 
	changed BIGINT NOT NULL, 
	frozen BIGINT NOT NULL, 
	PRIMARY KEY (month)
);
CREATE TABLE months (
	month VARCHAR NOT NULL, 
	revision INTEGER NOT NULL, 
	frozen_ms BIGINT NOT NULL, 
	hash VARCHAR NOT NULL, 
	body BLOB NOT NULL, 
	diff BLOB, 
	PRIMARY KEY (month, revision)
);
CREATE TABLE nodes (
	node VARCHAR NOT NULL, 
	current VARCHAR, 
	version INTEGER NOT NULL, 
	PRIMARY KEY (node)
);
CREATE TABLE parked_lines (
	id INTEGER NOT NULL, 
	line TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	parked_ms BIGINT NOT NULL, 
	PRIMARY KEY (id)
);
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
CREATE TABLE windows (
	id INTEGER NOT NULL, 
	kind VARCHAR NOT NULL, 
	target VARCHAR NOT NULL, 
	from_ms BIGINT NOT NULL, 
	to_ms BIGINT, 
	known_ms BIGINT NOT NULL, 
	"by" VARCHAR, 
	PRIMARY KEY (id), 
	UNIQUE (kind, target, from_ms)
);
INSERT INTO "windows" VALUES(1,'planned','j-01',1790007200000,1790010800000,1790000000000,'maintenance-1');
CREATE INDEX ix_lost_ranges_node ON lost_ranges (node);
CREATE INDEX faults_by_time ON faults (opened_ms, id);
CREATE INDEX faults_of_asset ON faults (asset, code, closed_ms);
CREATE UNIQUE INDEX one_open_fault ON faults (asset, code, root) WHERE closed_ms IS NULL;
CREATE INDEX ix_fault_moves_fault ON fault_moves (fault);
CREATE INDEX ix_messages_fault ON messages (fault);
CREATE INDEX waiting_inputs ON inputs (id) WHERE status = 'waiting';
CREATE INDEX ix_sessions_account ON sessions (account);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('changes',10);
COMMIT;
