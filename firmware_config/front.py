"""What a public front's machine gets (deployment B): settings, the key that it shares with the box, and web servers."""

from pathlib import Path
from urllib.parse import urlsplit

from firmware_config.layout import FRONT, KEY, PAGE_PORT, STATE, File, Files, Site, compose_line, on_machine
from firmware_config.yamltext import dump

# The same key twice: where the box reads it, and where the front does.
BOX_KEY, FRONT_KEY = "front-key", f"{FRONT}/secrets/{KEY}"


def files(site: Site, out: Path, key: str) -> Files:
    """Nothing without a front. ``out``: the folder all of it is written to; ``key``: what box and front sign with."""
    if not site.front:
        return {}
    header = site.header
    return {
        f"{FRONT}/front.yaml": File(header + dump(_settings(site))),
        f"{FRONT}/front.env": File(f"{header}VSM_KEY_FILE={on_machine(FRONT)}/secrets/{KEY}\n", 0o600),
        f"{FRONT}/Caddyfile": File(header + _caddy(site)),
        f"{FRONT}/nginx.conf": File(header + _nginx(site)),
        f"{FRONT}/.env": File(
            f"{header}{_COMPOSE}{compose_line('VSM_FRONT', f'{out}/{FRONT}')}VSM_FRONT_KEY={key}\n", 0o600
        ),
        FRONT_KEY: File(key, 0o600),
    }


_COMPOSE = """\
# Beside docker-compose.front.yml: docker compose -f docker-compose.front.yml --env-file THIS-FILE up --detach --build
# VSM_FRONT is the folder of this file: change it when you move the folder.
"""


def _settings(site: Site) -> dict[str, object]:
    return {
        "role": "front",
        "folder": f"{STATE}/front",
        "host": "127.0.0.1",
        "port": PAGE_PORT,
        "public_url": site.public_url,
    }


def _name(site: Site) -> str:
    return urlsplit(site.public_url or "").netloc


# What a web server writes when the front does not answer names the address, and that of a signed link is a secret.
_CADDY = """\
# /etc/caddy/Caddyfile: https with a certificate that Caddy gets by itself. Nothing that it logs holds an address.
{
	admin off
	log {
		format filter {
			wrap json
			fields {
				request delete
			}
		}
	}
}

%s {
	reverse_proxy 127.0.0.1:%d {
		flush_interval -1
	}
}
"""

_NGINX = """\
# For nginx in Caddy's place: /etc/nginx/conf.d/vsm-front.conf; the certificate is yours to get (certbot).
# No log: the address of a signed link is a secret, and errors name it too.
server {
    listen 443 ssl;
    listen [::]:443 ssl;
    server_name %(name)s;
    ssl_certificate /etc/letsencrypt/live/%(name)s/fullchain.pem;
    ssl_certificate_key /etc/letsencrypt/live/%(name)s/privkey.pem;
    access_log off;
    error_log /dev/null;
    location / {
        proxy_pass http://127.0.0.1:%(port)d;
        proxy_http_version 1.1;
        proxy_buffering off;
        proxy_read_timeout 120s;
        proxy_set_header Host $host;
        proxy_set_header X-Forwarded-For $remote_addr;
        proxy_set_header X-Forwarded-Proto https;
    }
}
server {
    listen 80;
    listen [::]:80;
    server_name %(name)s;
    access_log off;
    error_log /dev/null;
    location / {
        return 301 https://$host$request_uri;
    }
}
"""


def _caddy(site: Site) -> str:
    return _CADDY % (_name(site), PAGE_PORT)


def _nginx(site: Site) -> str:
    return _NGINX % {"name": urlsplit(site.public_url or "").hostname, "port": PAGE_PORT}
