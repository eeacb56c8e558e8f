from django.contrib.admin.apps import AdminConfig


class StaffAdminConfig(AdminConfig):
    """Makes `django.contrib.admin.site` the staff site, so that apps register on it without importing this room."""

    default_site = "pretgage.admin.StaffSite"
