"""A pytest plug-in, loaded before the settings are: the tests' own folder, and no outside service."""

import atexit
import os
import shutil
import tempfile

folder = tempfile.mkdtemp(prefix="shiori-tests-")
os.mkdir(os.path.join(folder, "static"))
atexit.register(shutil.rmtree, folder, ignore_errors=True)
for name in [n for n in os.environ if n.startswith(("LLM_", "EMBEDDING_", "RERANK_", "QDRANT_", "SPEECH_"))]:
    del os.environ[name]
os.environ.update(DATA_DIR=folder, SECRET_KEY="for tests alone", PORT="8000", LANGUAGE="en", LOG_LEVEL="WARNING")
os.environ.pop("REDIS_URL", None)
os.environ.pop("DATABASE_URL", None)
if database := os.environ.get("TEST_DATABASE_URL"):
    # PostgreSQL in place of SQLite, where somebody names one; programs that tests start keep to SQLite.
    os.environ["DATABASE_URL"] = database
