BEGIN TRANSACTION;
CREATE TABLE accounts (
	id INTEGER NOT NULL, 
	name VARCHAR NOT NULL, 
	role VARCHAR NOT NULL, 
	added_ms BIGINT NOT NULL, 
	display VARCHAR NOT NULL, 
	areas TEXT NOT NULL, 
	person VARCHAR, 
	password VARCHAR, 
	ended_ms BIGINT, 
	PRIMARY KEY (id), 
	UNIQUE (name)
);
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('0007');
CREATE TABLE audit (
	id INTEGER NOT NULL, 
	at_ms BIGINT NOT NULL, 
	who VARCHAR NOT NULL, 
	role VARCHAR NOT NULL, 
	action VARCHAR NOT NULL, 
	subject VARCHAR NOT NULL, 
	place VARCHAR NOT NULL, 
	detail TEXT NOT NULL, 
	hash VARCHAR NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "audit" VALUES(1,1790000000000,'maintenance-1','maintenance','arrived','j-01','j-01','','1f86607cf55af79caada5345ed56e29d181cc2db166c3c58f863071397094639');
CREATE TABLE changes (
	seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	type VARCHAR NOT NULL, 
	id VARCHAR NOT NULL, 
	node VARCHAR, 
	stream VARCHAR, 
	n BIGINT, 
	at_ms BIGINT NOT NULL
);
INSERT INTO "changes" VALUES(1,'device','cam-01','n-01',NULL,NULL,1790000000000);
INSERT INTO "changes" VALUES(2,'fault','F-2026-0001',NULL,NULL,NULL,1790000000000);
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
	place VARCHAR, 
	photo BIGINT, 
	target VARCHAR, 
	PRIMARY KEY (id)
);
INSERT INTO "fault_moves" VALUES(1,'F-2026-0001',1790000000000,'opened',NULL,NULL,NULL,NULL,NULL);
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
	facts BLOB, 
	order_state VARCHAR NOT NULL, 
	department VARCHAR, 
	until_ms BIGINT, 
	PRIMARY KEY (id)
);
INSERT INTO "faults" VALUES('F-2026-0001','cam-01','camera','j-01','moved','',2,1790000000000,1790000000000,NULL,NULL,0,NULL,NULL,0,0,1,NULL,'open',NULL,NULL);
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
	kind VARCHAR NOT NULL, 
	areas TEXT NOT NULL, 
	account BIGINT, 
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
CREATE TABLE ladders (
	fault VARCHAR NOT NULL, 
	message BIGINT NOT NULL, 
	severity INTEGER NOT NULL, 
	told_ms BIGINT NOT NULL, 
	step INTEGER NOT NULL, 
	next_ms BIGINT, 
	PRIMARY KEY (fault)
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
INSERT INTO "live" VALUES('cam-01','camera','j-01','n-01','down',NULL,1790000000000,1790000000000,'moved',X'7B7D',NULL,NULL);
CREATE TABLE lost_ranges (
	id INTEGER NOT NULL, 
	node VARCHAR NOT NULL, 
	stream VARCHAR NOT NULL, 
	first BIGINT NOT NULL, 
	last BIGINT NOT NULL, 
	found_ms BIGINT NOT NULL, 
	PRIMARY KEY (id)
);
CREATE TABLE marks (
	name VARCHAR NOT NULL, 
	at_ms BIGINT NOT NULL, 
	PRIMARY KEY (name)
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
INSERT INTO "nodes" VALUES('n-01','1111111111111111',1551208300);
CREATE TABLE outbox (
	id INTEGER NOT NULL, 
	message BIGINT, 
	fault VARCHAR, 
	kind VARCHAR NOT NULL, 
	severity INTEGER NOT NULL, 
	step INTEGER NOT NULL, 
	recipient VARCHAR NOT NULL, 
	channel VARCHAR NOT NULL, 
	post VARCHAR NOT NULL, 
	role VARCHAR NOT NULL, 
	bundle VARCHAR NOT NULL, 
	unless_taken BOOLEAN NOT NULL, 
	made_ms BIGINT NOT NULL, 
	due_ms BIGINT NOT NULL, 
	state VARCHAR NOT NULL, 
	next_ms BIGINT NOT NULL, 
	attempts INTEGER NOT NULL, 
	unsure INTEGER NOT NULL, 
	lease VARCHAR, 
	"into" BIGINT, 
	sent_ms BIGINT, 
	confirmed BOOLEAN NOT NULL, 
	reference VARCHAR, 
	reason TEXT, 
	told_ms BIGINT, 
	PRIMARY KEY (id), 
	UNIQUE (message, step, recipient, channel)
);
CREATE TABLE parked_lines (
	id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	line TEXT NOT NULL, 
	reason TEXT NOT NULL, 
	parked_ms BIGINT NOT NULL
);
CREATE TABLE photos (
	id INTEGER NOT NULL, 
	fault VARCHAR NOT NULL, 
	at_ms BIGINT NOT NULL, 
	"by" VARCHAR NOT NULL, 
	type VARCHAR NOT NULL, 
	body BLOB NOT NULL, 
	PRIMARY KEY (id)
);
INSERT INTO "photos" VALUES(1,'F-2026-0001',1790000000000,'maintenance-1','image/jpeg',X'FFD8FFE070686F746F');
CREATE TABLE rollup_marks (
	measurement VARCHAR NOT NULL, 
	level VARCHAR NOT NULL, 
	from_ms BIGINT NOT NULL, 
	touched BIGINT NOT NULL, 
	at_ms BIGINT NOT NULL, 
	PRIMARY KEY (measurement, level, from_ms)
);
CREATE TABLE rosters (
	version INTEGER NOT NULL, 
	loaded_ms BIGINT NOT NULL, 
	"by" VARCHAR NOT NULL, 
	body BLOB NOT NULL, 
	PRIMARY KEY (version)
);
CREATE TABLE sessions (
	token_hash VARCHAR NOT NULL, 
	kind VARCHAR NOT NULL, 
	account BIGINT NOT NULL, 
	added_ms BIGINT NOT NULL, 
	expires_ms BIGINT NOT NULL, 
	seen_ms BIGINT NOT NULL, 
	agent VARCHAR NOT NULL, 
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
INSERT INTO "streams" VALUES('n-01','1111111111111111',3,'bbbbbbbbbbbbbbbb',3);
CREATE TABLE telemetry_lines (
	id INTEGER NOT NULL, 
	points INTEGER NOT NULL, 
	lines TEXT NOT NULL, 
	PRIMARY KEY (id)
);
CREATE TABLE tokens (
	token_hash VARCHAR NOT NULL, 
	name VARCHAR NOT NULL, 
	account BIGINT NOT NULL, 
	role VARCHAR NOT NULL, 
	scope VARCHAR NOT NULL, 
	areas TEXT NOT NULL, 
	added_ms BIGINT NOT NULL, 
	expires_ms BIGINT, 
	seen_ms BIGINT, 
	PRIMARY KEY (token_hash)
);
CREATE TABLE used_links (
	token_hash VARCHAR NOT NULL, 
	fault VARCHAR NOT NULL, 
	used_ms BIGINT NOT NULL, 
	expires_ms BIGINT NOT NULL, 
	PRIMARY KEY (token_hash)
);
CREATE TABLE vitals (
	name VARCHAR NOT NULL, 
	at_ms BIGINT NOT NULL, 
	body BLOB NOT NULL, 
	PRIMARY KEY (name)
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
CREATE INDEX ix_lost_ranges_node ON lost_ranges (node);
CREATE UNIQUE INDEX one_open_fault ON faults (asset, code, root) WHERE closed_ms IS NULL;
CREATE INDEX faults_by_time ON faults (opened_ms, id);
CREATE INDEX live_orders ON faults (order_state) WHERE order_state != 'closed';
CREATE INDEX faults_of_asset ON faults (asset, code, closed_ms);
CREATE INDEX ix_fault_moves_fault ON fault_moves (fault);
CREATE INDEX messages_of_asset ON messages (asset, id);
CREATE INDEX ix_messages_fault ON messages (fault);
CREATE INDEX unsent_letters ON outbox (channel, next_ms) WHERE state IN ('waiting', 'sending');
CREATE INDEX ix_outbox_into ON outbox ("into");
CREATE INDEX sent_letters ON outbox (recipient, sent_ms) WHERE state = 'sent';
CREATE INDEX ix_outbox_fault ON outbox (fault);
CREATE INDEX ix_ladders_next_ms ON ladders (next_ms);
CREATE INDEX waiting_inputs ON inputs (id) WHERE status = 'waiting';
CREATE INDEX ix_photos_fault ON photos (fault);
CREATE INDEX audit_of_subject ON audit (subject, id);
CREATE INDEX ix_telemetry_lines_points ON telemetry_lines (points);
CREATE INDEX ix_sessions_account ON sessions (account);
CREATE INDEX ix_tokens_account ON tokens (account);
DELETE FROM "sqlite_sequence";
INSERT INTO "sqlite_sequence" VALUES('changes',2);
COMMIT;
