from django.apps import AppConfig


class IngestConfig(AppConfig):
    name = "ingest"

    def ready(self) -> None:
        from ingest import page_images, progress
        from library import pictures

        progress.connect()
        pictures.connect(page_images.page_image_or_none)
