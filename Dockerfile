# One image for web, worker and schedule. Build: docker build -t e-order .
FROM python:3.11-slim

ENV PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 EORDER_ENV=production \
    EORDER_STATE_DIR=/srv/state EORDER_STATIC_DIR=/srv/static
WORKDIR /srv/e-order
COPY pyproject.toml constraints.txt ./
COPY .ci/prepare.py .ci/prepare.py
RUN python .ci/prepare.py .venv
COPY . .
RUN useradd --system --home /srv/state e-order \
    && install -d -o e-order /srv/state /srv/static \
    # collecting files needs settings, not secrets: the demo's are worthless by design
    && EORDER_ENV=demo DATABASE_URL=postgresql://nobody@127.0.0.1:1/none .venv/bin/python manage.py collectstatic --noinput
USER e-order
EXPOSE 8000
CMD [".venv/bin/gunicorn", "marketplace.wsgi", "--bind=0.0.0.0:8000", "--workers=2", "--threads=4", "--max-requests=5000"]
