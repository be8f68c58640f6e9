// SPDX-License-Identifier: GPL-2.0
/*
 * A driver for the draft of a VIRTIO watchdog. What it knows of the device is in virtio_watchdog.h,
 * which vdev-gen makes from the definition. Suspend and surprise removal are not handled.
 */
#include <linux/completion.h>
#include <linux/minmax.h>
#include <linux/module.h>
#include <linux/scatterlist.h>
#include <linux/virtio.h>
#include <linux/virtio_config.h>
#include <linux/watchdog.h>

#include "virtio_watchdog.h"

#define DEFAULT_TIMEOUT_S 30u

static unsigned int pretimeout;
module_param(pretimeout, uint, 0444);
MODULE_PARM_DESC(pretimeout, "Seconds from the warning to the end; 0 for no warning (default)");

/* The watchdog core makes one call at a time: there is one request, and it waits for its answer. */
struct virtwdt {
	struct virtio_device *vdev;
	struct virtqueue *requestq;
	struct virtqueue *eventq;
	struct watchdog_info info;
	struct watchdog_device wdd;
	struct completion answered;
	/* The device's, while they are on a queue: in cache lines of their own. */
	struct virtio_watchdog_start request ____cacheline_aligned;
	struct virtio_watchdog_time_left_reply reply ____cacheline_aligned;
	struct virtio_watchdog_warning warning ____cacheline_aligned;
};

static int virtwdt_error_of(u8 status)
{
	switch (status) {
	case VIRTIO_WATCHDOG_S_OK:
		return 0;
	case VIRTIO_WATCHDOG_S_UNSUPP:
		return -EOPNOTSUPP;
	case VIRTIO_WATCHDOG_S_INVAL:
		return -EINVAL;
	case VIRTIO_WATCHDOG_S_STOPPED:
		return -ETIME;
	default:
		return -EIO;
	}
}

/* Sends so many bytes of the request, and waits for an answer of at most so many bytes. */
static int virtwdt_ask(struct virtwdt *wd, u32 type, size_t readable, size_t writable)
{
	struct scatterlist request, reply, *parts[] = { &request, &reply };
	int err;

	wd->request.type = cpu_to_le32(type);
	/* Stays where a device answers with fewer bytes. */
	memset(&wd->reply, 0, sizeof(wd->reply));
	wd->reply.status = VIRTIO_WATCHDOG_S_ERR;
	sg_init_one(&request, &wd->request, readable);
	sg_init_one(&reply, &wd->reply, writable);
	err = virtqueue_add_sgs(wd->requestq, parts, 1, 1, wd, GFP_KERNEL);
	if (err)
		return err;
	virtqueue_kick(wd->requestq);
	wait_for_completion(&wd->answered);
	return virtwdt_error_of(wd->reply.status);
}

static int virtwdt_ask_plain(struct virtwdt *wd, u32 type)
{
	return virtwdt_ask(wd, type, sizeof(struct virtio_watchdog_request),
			   sizeof(struct virtio_watchdog_request_reply));
}

static int virtwdt_start(struct watchdog_device *wdd)
{
	struct virtwdt *wd = watchdog_get_drvdata(wdd);
	int err;

	wd->request.timeout = cpu_to_le32(wdd->timeout * 1000);
	wd->request.pretimeout = cpu_to_le32(wdd->pretimeout * 1000);
	err = virtwdt_ask(wd, VIRTIO_WATCHDOG_T_START, sizeof(wd->request),
			  sizeof(struct virtio_watchdog_request_reply));
	dev_info(&wd->vdev->dev, "START for %u s: status %u\n", wdd->timeout, wd->reply.status);
	return err;
}

static int virtwdt_stop(struct watchdog_device *wdd)
{
	return virtwdt_ask_plain(watchdog_get_drvdata(wdd), VIRTIO_WATCHDOG_T_STOP);
}

static int virtwdt_ping(struct watchdog_device *wdd)
{
	return virtwdt_ask_plain(watchdog_get_drvdata(wdd), VIRTIO_WATCHDOG_T_PING);
}

static int virtwdt_set_timeout(struct watchdog_device *wdd, unsigned int seconds)
{
	wdd->timeout = seconds;
	return watchdog_active(wdd) ? virtwdt_start(wdd) : 0;
}

static int virtwdt_set_pretimeout(struct watchdog_device *wdd, unsigned int seconds)
{
	wdd->pretimeout = seconds;
	return watchdog_active(wdd) ? virtwdt_start(wdd) : 0;
}

/* In ms; 0 where the watchdog is stopped, or the device does not say. */
static u32 virtwdt_time_left(struct virtwdt *wd)
{
	int err = virtwdt_ask(wd, VIRTIO_WATCHDOG_T_TIME_LEFT,
			      sizeof(struct virtio_watchdog_request), sizeof(wd->reply));

	return err ? 0 : le32_to_cpu(wd->reply.time_left);
}

static unsigned int virtwdt_get_timeleft(struct watchdog_device *wdd)
{
	return virtwdt_time_left(watchdog_get_drvdata(wdd)) / 1000;
}

static const struct watchdog_ops virtwdt_ops = {
	.owner = THIS_MODULE,
	.start = virtwdt_start,
	.stop = virtwdt_stop,
	.ping = virtwdt_ping,
	.set_timeout = virtwdt_set_timeout,
	.set_pretimeout = virtwdt_set_pretimeout,
	.get_timeleft = virtwdt_get_timeleft,
};

static void virtwdt_answered(struct virtqueue *requestq)
{
	struct virtwdt *wd = requestq->vdev->priv;
	unsigned int length;

	if (virtqueue_get_buf(requestq, &length))
		complete(&wd->answered);
}

static void virtwdt_give_warning_buffer(struct virtwdt *wd)
{
	struct scatterlist warning;

	wd->warning.time_left = 0;
	sg_init_one(&warning, &wd->warning, sizeof(wd->warning));
	if (virtqueue_add_inbuf(wd->eventq, &warning, 1, wd, GFP_ATOMIC) == 0)
		virtqueue_kick(wd->eventq);
}

static void virtwdt_warned(struct virtqueue *eventq)
{
	struct virtwdt *wd = eventq->vdev->priv;
	unsigned int length;

	if (!virtqueue_get_buf(eventq, &length))
		return;
	dev_crit(&eventq->vdev->dev, "expires in %u ms\n", le32_to_cpu(wd->warning.time_left));
	watchdog_notify_pretimeout(&wd->wdd);
	virtwdt_give_warning_buffer(wd);
}

static int virtwdt_read_config(struct virtwdt *wd)
{
	struct virtio_device *vdev = wd->vdev;
	struct watchdog_device *wdd = &wd->wdd;
	u32 shortest, longest;
	u8 action, expired;

	virtio_cread_le(vdev, struct virtio_watchdog_config, min_timeout, &shortest);
	virtio_cread_le(vdev, struct virtio_watchdog_config, max_timeout, &longest);
	virtio_cread_le(vdev, struct virtio_watchdog_config, action, &action);
	virtio_cread_le(vdev, struct virtio_watchdog_config, expired, &expired);
	dev_info(&vdev->dev, "timeouts of %u to %u ms, action %u, expired %u\n",
		 shortest, longest, action, expired);

	/* Linux counts in seconds. */
	wdd->min_timeout = DIV_ROUND_UP_ULL(shortest, 1000);
	wdd->max_timeout = longest / 1000;
	if (wdd->max_timeout < max(wdd->min_timeout, 1u))
		return -EINVAL;
	wdd->timeout = clamp(DEFAULT_TIMEOUT_S, wdd->min_timeout, wdd->max_timeout);
	if (!watchdog_pretimeout_invalid(wdd, pretimeout))
		wdd->pretimeout = pretimeout;
	if (action == VIRTIO_WATCHDOG_ACTION_NONE)
		wd->info.options |= WDIOF_ALARMONLY;
	if (expired)
		wdd->bootstatus = WDIOF_CARDRESET;
	return 0;
}

static int virtwdt_find_queues(struct virtwdt *wd)
{
	struct virtqueue_info queues[] = {
		[VIRTIO_WATCHDOG_VQ_REQUEST] = { "requestq", virtwdt_answered },
		[VIRTIO_WATCHDOG_VQ_EVENT] = { "eventq", virtwdt_warned },
	};
	struct virtqueue *found[ARRAY_SIZE(queues)] = { };
	bool has_eventq = virtio_has_feature(wd->vdev, VIRTIO_WATCHDOG_F_PRETIMEOUT);
	int err = virtio_find_vqs(wd->vdev, has_eventq ? 2 : 1, found, queues, NULL);

	wd->requestq = found[VIRTIO_WATCHDOG_VQ_REQUEST];
	wd->eventq = found[VIRTIO_WATCHDOG_VQ_EVENT];
	return err;
}

/* A watchdog that runs already gets the timeout that Linux knows, and is pinged from now on. */
static int virtwdt_take_over(struct virtwdt *wd)
{
	u32 left = virtwdt_time_left(wd);

	dev_info(&wd->vdev->dev, "%u ms are left\n", left);
	if (wd->eventq)
		virtwdt_give_warning_buffer(wd);
	if (left == 0)
		return 0;
	set_bit(WDOG_HW_RUNNING, &wd->wdd.status);
	return virtwdt_start(&wd->wdd);
}

static int virtwdt_probe(struct virtio_device *vdev)
{
	struct virtwdt *wd = devm_kzalloc(&vdev->dev, sizeof(*wd), GFP_KERNEL);
	int err;

	if (!wd)
		return -ENOMEM;
	vdev->priv = wd;
	wd->vdev = vdev;
	init_completion(&wd->answered);
	wd->info = (struct watchdog_info) {
		.options = WDIOF_SETTIMEOUT | WDIOF_KEEPALIVEPING | WDIOF_MAGICCLOSE |
			   WDIOF_CARDRESET,
		.identity = "VIRTIO watchdog",
	};
	if (virtio_has_feature(vdev, VIRTIO_WATCHDOG_F_PRETIMEOUT))
		wd->info.options |= WDIOF_PRETIMEOUT;
	wd->wdd.parent = &vdev->dev;
	wd->wdd.info = &wd->info;
	wd->wdd.ops = &virtwdt_ops;
	watchdog_set_drvdata(&wd->wdd, wd);
	watchdog_set_nowayout(&wd->wdd, WATCHDOG_NOWAYOUT);
	watchdog_set_nowayout(&wd->wdd, !virtio_has_feature(vdev, VIRTIO_WATCHDOG_F_STOP));

	err = virtwdt_read_config(wd);
	if (!err)
		err = virtwdt_find_queues(wd);
	if (err)
		return err;
	virtio_device_ready(vdev);
	err = virtwdt_take_over(wd);
	if (!err)
		err = watchdog_register_device(&wd->wdd);
	if (err) {
		virtio_reset_device(vdev);
		vdev->config->del_vqs(vdev);
	}
	return err;
}

static void virtwdt_remove(struct virtio_device *vdev)
{
	struct virtwdt *wd = vdev->priv;

	watchdog_unregister_device(&wd->wdd);
	virtio_reset_device(vdev);
	vdev->config->del_vqs(vdev);
}

static const struct virtio_device_id virtwdt_ids[] = {
	{ VIRTIO_ID_WATCHDOG, VIRTIO_DEV_ANY_ID },
	{ },
};
MODULE_DEVICE_TABLE(virtio, virtwdt_ids);

static const unsigned int virtwdt_features[] = {
	VIRTIO_WATCHDOG_F_STOP,
	VIRTIO_WATCHDOG_F_PRETIMEOUT,
};

static struct virtio_driver virtwdt_driver = {
	.driver.name = "virtio_watchdog",
	.id_table = virtwdt_ids,
	.feature_table = virtwdt_features,
	.feature_table_size = ARRAY_SIZE(virtwdt_features),
	.probe = virtwdt_probe,
	.remove = virtwdt_remove,
};
module_virtio_driver(virtwdt_driver);

MODULE_DESCRIPTION("Driver for the draft of a VIRTIO watchdog");
MODULE_LICENSE("GPL");
