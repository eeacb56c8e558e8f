FROM python:3.11-slim AS packages
COPY requirements.txt .
RUN python -m venv /venv && /venv/bin/pip install --no-cache-dir --require-hashes --no-deps -r requirements.txt

FROM python:3.11-slim
ENV PATH=/venv/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 DEBUG=0
RUN useradd --system --no-create-home portal
WORKDIR /app
COPY --from=packages /venv /venv
COPY . .
# Static files are named after their content; no service is asked, so any safe production will do.
RUN SECRET_KEY=only-to-collect-static-files-at-build-time ALLOWED_HOSTS=localhost SITE_URL=https://localhost \
    DATABASE_URL=postgresql://none REDIS_URL=redis://none EMAIL_URL=smtp://none \
    SMS_BACKEND=twilio TWILIO_ACCOUNT_SID=none TWILIO_AUTH_TOKEN=none TWILIO_FROM=none CAPTCHA=off \
    python manage.py collectstatic --noinput \
    && mkdir -p var/photos && chown -R portal var
USER portal
EXPOSE 8000
CMD ["gunicorn", "pretgage.wsgi", "--config", "python:pretgage.gunicorn", "--bind", "0.0.0.0:8000", "--workers", "4", "--threads", "2", \
     "--worker-tmp-dir", "/dev/shm", "--no-control-socket"]
