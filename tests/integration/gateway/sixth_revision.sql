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
INSERT INTO "alembic_version" VALUES('0006');
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
INSERT INTO "audit" VALUES(1,1790000000000,'maintenance-1','maintenance','acknowledged','F-2026-0001','','','ca77505a801c2609d60a35d4d1069603a029bf8240eeebe2200d9ff22b6e4ef0');
INSERT INTO "audit" VALUES(2,1790000000001,'maintenance-1','maintenance','signed out','','','','110b6b802690aa580351019d41d070662b05eb9435b0d8e5b5613a357c792866');
INSERT INTO "audit" VALUES(3,1790000000002,'maintenance-1','maintenance','fixed','F-2026-0001','','','d899098b6b3c99f9c1511a5702815d613c893b3bcdd186b336ac4f142aa3286a');
CREATE TABLE changes (
	seq INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, 
	type VARCHAR NOT NULL, 
	id VARCHAR NOT NULL, 
	node VARCHAR, 
	stream VARCHAR, 
	n BIGINT, 
	at_ms BIGINT NOT NULL
);
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
CREATE TABLE fault_numbers (
	year INTEGER NOT NULL, 
	last INTEGER NOT NULL, 
	PRIMARY KEY (year)
);
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
INSERT INTO "nodes" VALUES('n-01','1111111111111111',1581804492);
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
CREATE TABLE watches (
	node VARCHAR NOT NULL, 
	watch BLOB NOT NULL, 
	memory BLOB NOT NULL, 
	PRIMARY KEY (node)
);
INSERT INTO "watches" VALUES('n-01',X'7B7D',X'7B22636C6F636B223A7B226F666673657473223A7B7D2C22736B657773223A7B2261616161616161616161616161616161223A31327D2C226C6173745F6D73223A357D2C226C617374223A7B2263616D657261223A377D2C22666C697073223A7B7D7D');
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
CREATE INDEX ix_messages_fault ON messages (fault);
CREATE INDEX messages_of_asset ON messages (asset, id);
CREATE INDEX sent_letters ON outbox (recipient, sent_ms) WHERE state = 'sent';
CREATE INDEX ix_outbox_into ON outbox ("into");
CREATE INDEX unsent_letters ON outbox (channel, next_ms) WHERE state IN ('waiting', 'sending');
CREATE INDEX ix_outbox_fault ON outbox (fault);
CREATE INDEX ix_ladders_next_ms ON ladders (next_ms);
CREATE INDEX waiting_inputs ON inputs (id) WHERE status = 'waiting';
CREATE INDEX ix_photos_fault ON photos (fault);
CREATE INDEX ix_telemetry_lines_points ON telemetry_lines (points);
CREATE INDEX ix_sessions_account ON sessions (account);
CREATE INDEX ix_tokens_account ON tokens (account);
DELETE FROM "sqlite_sequence";
COMMIT;
