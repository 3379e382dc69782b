"""The engines behind `retrieval/store.py`; nothing else imports qdrant_edge or qdrant_client."""
